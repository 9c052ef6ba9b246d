import { html, type Html } from '#antenna/web-page';

import type { ProblemAnswer } from '../api/dry-run/dry-run.dto.js';

/** Errors or warnings of a ruleset, each with its location and how to fix it. */
export function problemList(problems: readonly ProblemAnswer[]): Html {
  return list(problems, ({ line, column }) => html`line ${line}, column ${column}`);
}

/** The same for the draft: each location is a link, with which the script moves the cursor of the text field. */
export function draftProblemList(problems: readonly ProblemAnswer[]): Html {
  return list(
    problems,
    ({ line, column }) =>
      html`<a href="#ruleset" data-line="${line}" data-column="${column}"
        >line ${line}, column ${column}</a
      >`,
  );
}

function list(
  problems: readonly ProblemAnswer[],
  location: (problem: ProblemAnswer) => Html,
): Html {
  return html`<ul class="problems">
    ${problems.map(
      (problem) =>
        html`<li>
          <span class="place">${location(problem)}</span>${
            problem.rule === undefined ? '' : html`, rule <b>${problem.rule}</b>`
          }:
          ${problem.message}${
            problem.hint === undefined ? '' : html`<br /><span class="hint">${problem.hint}</span>`
          }
        </li>`,
    )}
  </ul>`;
}

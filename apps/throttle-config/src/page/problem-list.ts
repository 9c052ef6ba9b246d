import type { ProblemAnswer } from '../api/dry-run/dry-run.dto.js';
import { type Html, html } from './html.js';

/** Errors or warnings of a ruleset, each with its location and how to fix it. */
export function problemList(problems: readonly ProblemAnswer[]): Html {
  return html`<ul class="problems">
    ${problems.map(
      ({ rule, line, column, message, hint }) =>
        html`<li>
          <span class="place">line ${line}, column ${column}</span>${
            rule === undefined ? '' : html`, rule <b>${rule}</b>`
          }:
          ${message}${hint === undefined ? '' : html`<br /><span class="hint">${hint}</span>`}
        </li>`,
    )}
  </ul>`;
}

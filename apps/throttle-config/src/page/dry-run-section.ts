import { html, type Html, verbatim } from '#antenna/web-page';

import type { EvaluateAnswer, ProblemAnswer, RuleAnswer } from '../api/dry-run/dry-run.dto.js';
import type { ShadowAnswer } from '../api/shadow/shadow.dto.js';
import { type CheckedDraft, draftFields, publishSection } from './draft-section.js';
import type { DryRunForm } from './dry-run-form.js';
import { draftProblemList } from './problem-list.js';
import { shadowSection } from './shadow-section.js';

/** The result of a dry run. */
export type DryRunOutcome =
  | { readonly kind: 'evaluated'; readonly answer: EvaluateAnswer; readonly live: string }
  | { readonly kind: 'invalid ruleset'; readonly errors: readonly ProblemAnswer[] }
  | { readonly kind: 'unreadable'; readonly message: string };

/** The content of the form, and its results. */
export interface Tried {
  readonly shadow: ShadowAnswer;
  readonly form?: DryRunForm;
  readonly draft?: CheckedDraft | undefined;
  readonly outcome?: DryRunOutcome;
}

const example = 'ProductName=Firefox\nReleaseChannel=release\nVersion=140.0';

/** The form and its results. It works without the script, which only avoids reloads and checks the draft at once. */
export function dryRunSection({ shadow, form, draft, outcome }: Tried): Html {
  const { annotations = example, ruleset = '' } = form ?? {};
  return html`<section aria-labelledby="try">
    <h2 id="try">Try rules</h2>
    <p>This stores nothing and does not change the live rules.</p>
    <form method="post" action="/" id="trial">
      ${draftFields(ruleset, draft)}
      <h3>Report</h3>
      <label for="annotations">Annotations of the report</label>
      <p id="annotations-hint">Lines of Name=value, or a JSON object.</p>
      <textarea
        id="annotations"
        name="annotations"
        rows="5"
        spellcheck="false"
        autocapitalize="off"
        aria-describedby="annotations-hint"
      >
${verbatim(annotations)}</textarea>
      <button type="submit" id="send">Try</button>
    </form>
    <div id="result">${outcome && dryRunResult(outcome)}</div>
    ${shadowSection(shadow)} ${publishSection(draft)}
  </section>`;
}

/** The result alone, without the form. */
export function dryRunResult(outcome: DryRunOutcome): Html {
  switch (outcome.kind) {
    case 'evaluated':
      return evaluated(outcome.answer, outcome.live);
    case 'invalid ruleset':
      return html`<div class="notice error">
        <h3 tabindex="-1" id="verdict">These rules cannot be used</h3>
        ${draftProblemList(outcome.errors)}
      </div>`;
    case 'unreadable':
      return html`<div class="notice error">
        <h3 tabindex="-1" id="verdict">The annotations cannot be read</h3>
        <p>${outcome.message}</p>
      </div>`;
  }
}

function evaluated(
  { verdict, rule, rules, revision, stopSendingFor }: EvaluateAnswer,
  live: string,
): Html {
  const which = revision === live ? 'the live rules' : 'the rules above';
  return html`<h3 tabindex="-1" id="verdict">Verdict of ${which}: ${verdict}, by ${rule}</h3>
    ${
      stopSendingFor === undefined
        ? ''
        : html`<p>The client is told to send no more reports of version ${stopSendingFor}.</p>`
    }
    <ol class="said">
      ${rules.map((one) => ruleResult(one))}
    </ol>`;
}

function ruleResult({ rule, matched, decided, why, clauses = [] }: RuleAnswer): Html {
  const tag = decided
    ? html`<span class="tag ok">decides</span>`
    : matched && html`<span class="tag">matches</span>`;
  return html`<li${decided ? html` class="decided"` : ''}>
    <b>${rule}</b> ${tag || ''} <span>${why}</span>
    ${clauses.length < 2 ? '' : clauseList(clauses)}
  </li>`;
}

function clauseList(clauses: NonNullable<RuleAnswer['clauses']>): Html {
  return html`<ul class="clauses">
    ${clauses.map(({ text, holds }) => html`<li><code>${text}</code> ${holdsInWords(holds)}</li>`)}
  </ul>`;
}

function holdsInWords(holds: boolean | undefined): string {
  if (holds === undefined) return 'fails';
  return holds ? 'holds' : 'does not hold';
}

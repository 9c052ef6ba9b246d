import {
  conditionInWords,
  outcomeInWords,
  type RulesetDocument,
  type ThrottleRule,
  type Words,
} from '#antenna/throttle';
import { html, type Html } from '#antenna/web-page';

import type { OutcomeCounts } from '../api/instances/verdict-window.js';
import { decidedBy, legend, totalOf, verdictBar } from './verdict-bar.js';
import { percentage, sentence } from './words.js';

type Lists = RulesetDocument['lists'];

/** What the rules decided, for the bars and the shares. */
export interface RuleCounts {
  readonly byRule: ReadonlyMap<string, OutcomeCounts>;
  /** Whose counts these are, and of which time. */
  readonly explanation: Html;
}

/** Every rule in plain words, with its verdicts. */
export function rulesSection({ rules, lists }: RulesetDocument, counts: RuleCounts): Html {
  const all = [...counts.byRule.values()];
  const busiest = Math.max(1, ...all.map((one) => totalOf(one)));
  const reports = all.reduce((sum, one) => sum + decidedBy(one), 0);
  const noMatch = counts.byRule.get('NO_MATCH');
  const verdicts = (name: string): Html =>
    ruleVerdicts(counts.byRule.get(name) ?? {}, { busiest, reports });
  return html`<section aria-labelledby="rules">
    <h2 id="rules">Rules, in order</h2>
    <p>The first rule that matches a report decides.</p>
    ${counts.explanation} ${legend()}
    <ol class="rules">
      ${rules.map((rule) => ruleItem(rule, lists, verdicts(rule.name)))}
      ${
        noMatch &&
        html`<li id="rule-NO_MATCH">
          <div>
            <h3>NO_MATCH</h3>
            <p><b>Reject</b> what no rule matched.</p>
          </div>
          ${verdicts('NO_MATCH')}
        </li>`
      }
    </ol>
  </section>`;
}

function ruleItem(rule: ThrottleRule, lists: Lists, verdicts: Html): Html {
  const { action, condition } = inWords(rule, lists);
  return html`<li id="rule-${rule.name}">
    <div>
      <h3>${rule.name}</h3>
      <p><b>${sentence(action)}</b> ${conditionSentence(rule, condition)}</p>
      ${rule.description === undefined ? '' : html`<p class="description">${rule.description}</p>`}
      ${
        condition &&
        html`<details id="expression-${rule.name}">
          <summary>Expression<span class="unseen"> of ${rule.name}</span></summary>
          <code>${rule.match}</code>
        </details>`
      }
    </div>
    ${verdicts}
  </li> `;
}

function conditionSentence({ match }: ThrottleRule, condition: Words | undefined): Html {
  if (!condition) return html`if this expression holds: <code>${match}</code>`;
  return condition.length === 0 ? html`every report.` : html`if ${sentence(condition)}.`;
}

function ruleVerdicts(
  counts: OutcomeCounts,
  { busiest, reports }: { readonly busiest: number; readonly reports: number },
): Html {
  const decided = decidedBy(counts);
  const share =
    decided > 0
      ? html`<span class="share">decided ${percentage(decided, reports)} of the reports</span>`
      : '';
  return html`<div class="verdicts">${verdictBar(counts, busiest)} ${share}</div>`;
}

interface RuleInWords {
  readonly action: Words;
  readonly condition: Words | undefined;
}

const known = new WeakMap<ThrottleRule, RuleInWords>();

/** Parsed once: the page refreshes every few seconds. */
function inWords(rule: ThrottleRule, lists: Lists): RuleInWords {
  const before = known.get(rule);
  if (before) return before;
  const [first = '', ...others] = outcomeInWords(rule);
  const capitalised = typeof first === 'string' ? capital(first) : first;
  const words = {
    action: [capitalised, ...others],
    condition: conditionInWords(rule.match, lists),
  };
  known.set(rule, words);
  return words;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

import type { SampleOutcome } from '#antenna/throttle';
import { html, type Html } from '#antenna/web-page';

import type { OutcomeCounts } from '../api/instances/verdict-window.js';
import { percentage } from './words.js';

/** In the order of the parts of a bar, with what becomes of a report. */
const outcomes: Readonly<Record<SampleOutcome, string>> = {
  accept: 'kept and processed',
  defer: 'kept',
  fakeaccept: 'dropped, answered as if kept',
  reject: 'rejected',
  continue: 'passed on',
};
const names = Object.keys(outcomes) as SampleOutcome[];

const width = 200;

/** All verdicts of one rule; outcomes of a sample that passed reports on included. */
export function totalOf(counts: OutcomeCounts): number {
  return names.reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0);
}

/** The reports that a rule decided: those that it did not pass on. */
export function decidedBy(counts: OutcomeCounts): number {
  return totalOf(counts) - (counts.continue ?? 0);
}

/**
 * A bar with a part for each outcome, and the numbers next to it. Its length is relative to the rule with the most
 * verdicts. It is an SVG image because the content security policy forbids inline styles.
 */
export function verdictBar(counts: OutcomeCounts, busiest: number): Html {
  const total = totalOf(counts);
  const numbers = names.flatMap((outcome) => {
    const count = counts[outcome] ?? 0;
    return count > 0 ? [{ outcome, count }] : [];
  });
  if (numbers.length === 0) return html`<span class="none">no reports</span>`;
  const words = numbers
    .map(({ outcome, count }) => {
      return `${count.toLocaleString('en')} ${outcome} (${percentage(count, total)})`;
    })
    .join(', ');
  return html`<svg
      class="bar"
      viewBox="0 0 ${width} 10"
      preserveAspectRatio="none"
      role="img"
      aria-label="${words}"
    >
      ${parts(numbers, busiest)}
    </svg>
    <span class="numbers" aria-hidden="true">${words}</span>`;
}

function parts(numbers: readonly { outcome: string; count: number }[], busiest: number): Html[] {
  let from = 0;
  return numbers.map(({ outcome, count }) => {
    const length = (count / busiest) * width;
    const part = html`<rect
      class="${outcome}"
      x="${from.toFixed(2)}"
      y="0"
      width="${length.toFixed(2)}"
      height="10"
    />`;
    from += length;
    return part;
  });
}

/** The meaning of the colours. */
export function legend(): Html {
  return html`<ul class="legend">
    ${names.map(
      (outcome) =>
        html`<li>
          <svg viewBox="0 0 10 10" aria-hidden="true">
            <rect class="${outcome}" width="10" height="10" />
          </svg>
          <b>${outcome}</b> ${outcomes[outcome]}
        </li>`,
    )}
  </ul>`;
}

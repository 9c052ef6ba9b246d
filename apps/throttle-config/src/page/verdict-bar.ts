import type { SampleOutcome } from '#antenna/throttle';

import type { OutcomeCounts } from '../api/instances/verdict-window.js';
import { type Html, html } from './html.js';

/** In the order of the parts of a bar. */
const outcomes: readonly SampleOutcome[] = ['accept', 'defer', 'fakeaccept', 'reject', 'continue'];

const width = 200;

/**
 * A bar with a part for each outcome, and the numbers next to it. Its length is relative to the rule with the most
 * verdicts. It is an SVG image because the content security policy forbids inline styles.
 */
export function verdictBar(counts: OutcomeCounts, busiest: number): Html {
  const numbers = outcomes.flatMap((outcome) => {
    const count = counts[outcome] ?? 0;
    return count > 0 ? [{ outcome, count }] : [];
  });
  if (numbers.length === 0) return html`<span class="none">none</span>`;
  const words = numbers
    .map(({ outcome, count }) => `${count.toLocaleString('en')} ${outcome}`)
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
  return html`<p class="legend">
    ${outcomes.map(
      (outcome) =>
        html`<span
          ><svg viewBox="0 0 10 10" aria-hidden="true">
            <rect class="${outcome}" width="10" height="10" />
          </svg>
          ${outcome}</span
        > `,
    )}
  </p>`;
}

import { html, type Html } from '#antenna/web-page';

import type { StatusAnswer, WindowAnswer } from '../api/status/status.dto.js';
import type { RuleCounts } from './rules-section.js';
import { counted, time } from './words.js';

/** The period of the counts that a reader chose, as in the address of the page. */
export type Period = '10m' | '1h' | '1d';

const periods: Readonly<Record<Period, { readonly minutes: number; readonly name: string }>> = {
  '10m': { minutes: 10, name: '10 minutes' },
  '1h': { minutes: 60, name: 'hour' },
  '1d': { minutes: 24 * 60, name: 'day' },
};

export function readPeriod(query: unknown): Period {
  return query === '1h' || query === '1d' ? query : '10m';
}

/** The counts of a period, and links to the other periods. */
export function verdictCounts({ windows }: StatusAnswer, chosen: Period): RuleCounts {
  const window = windows.find(({ minutes }) => minutes === periods[chosen].minutes);
  const verdicts = window?.verdicts ?? [];
  return {
    byRule: new Map(verdicts.map(({ rule, counts }) => [rule, counts])),
    explanation: html`<nav class="periods" aria-label="Period of the counts">
        In the last
        ${(Object.keys(periods) as Period[]).map((period) => periodLink(period, chosen))}
      </nav>
      ${window && html`<p>${coverage(window)}</p>`}`,
  };
}

function periodLink(period: Period, chosen: Period): Html {
  const current = period === chosen ? html` aria-current="true"` : '';
  return html`<a id="period-${period}" href="?period=${period}" ${current}
    >${periods[period].name}</a
  > `;
}

function coverage({ instances, since }: WindowAnswer): Html {
  const start = since === undefined ? '' : html` Complete only since ${time(since)}.`;
  return html`Counts of ${counted(instances, 'ingest instance')}, which report to every
  replica.${start}`;
}

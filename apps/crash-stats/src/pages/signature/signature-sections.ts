import {
  type CrashQuery,
  crashFields,
  type FieldName,
  queryParameters,
} from '#antenna/crash-index';
import { type Html, html } from '#antenna/web-page';
import { count, crashLink, percent, time } from '../../layout/format.js';
import { table } from '../../layout/table.js';
import { barsOf } from '../../statistics/bars.js';
import type { SignatureReport } from '../../statistics/signature-report.js';
import { barChart, shareBar } from '../charts.js';

/** Bars, and the same numbers as a table. */
export function overTime({ bars }: SignatureReport, { since, until }: CrashQuery): Html {
  const { unit } = barsOf({ since, until });
  const length = (until - since) / bars.length;
  const parts = bars.map((value, index) => ({ value, from: since + index * length }));
  return html`<section aria-labelledby="over-time">
    <h2 id="over-time">Crashes by ${unit}</h2>
    ${barChart(
      parts.map(({ value, from }) => ({ value, text: `${minute(from)} UTC: ${count(value)}` })),
    )}
    <p class="ends">
      ${time(since)} <span>at most ${count(Math.max(...bars))}</span> ${time(until)}
    </p>
    <details>
      <summary>As a table</summary>
      ${table(
        'Numbers of the chart',
        [{ title: 'From' }, { title: 'Crashes', isNumeric: true }],
        parts.map(({ value, from }) => [time(from), count(value)]),
      )}
    </details>
  </section>`;
}

/** Each value is a link to the same page with only its crashes. */
export function facetTables(
  { facets, total }: SignatureReport,
  query: CrashQuery,
  now: number,
): Html {
  const columns = [
    { title: 'Value' },
    { title: 'Crashes', isNumeric: true },
    { title: 'Share', isNumeric: true },
  ] as const;
  return html`<div class="breakdown">
    ${facets
      .filter(({ values }) => values.length > 0)
      .map(({ field, values, valueCount }) => {
        const more = valueCount - values.length;
        const title = crashFields[field].title;
        return table(
          more > 0 ? `${title}, and ${count(more)} more` : title,
          columns,
          values.map((one) => [
            html`<a href="${linkToValue(query, field, one.value, now)}">${one.value}</a>`,
            count(one.count),
            html`${shareBar(one.count / total)} ${percent(one.count, total)}`,
          ]),
        );
      })}
  </div>`;
}

export function latestSection(
  { latest, total }: SignatureReport,
  query: CrashQuery,
  now: number,
): Html {
  const columns = ['Crash', 'Received', 'Product', 'OS', 'Process', 'Uptime', 'Reason'];
  return html`<section aria-labelledby="latest">
    <h2 id="latest">Latest crashes</h2>
    ${table(
      `The ${count(latest.length)} newest of ${count(total)}`,
      columns.map((title) => ({ title, isNumeric: title === 'Uptime' })),
      latest.map((crash) => [
        crashLink(crash.crash_id),
        time(crash.date),
        `${crash.product ?? '—'} ${crash.version ?? ''}`,
        crash.os_name ?? '—',
        crash.process_type,
        crash.uptime === null ? '—' : `${count(crash.uptime)} s`,
        crash.reason ?? '—',
      ]),
    )}
    <p><a href="/search?${queryParameters(query, now).toString()}">Find them in search</a></p>
  </section>`;
}

/** The page with one value of a field, whatever the query has for it. */
function linkToValue(query: CrashQuery, field: FieldName, value: string, now: number): string {
  const others = query.conditions.filter((one) => one.field !== field);
  const conditions = [...others, { field, operator: 'is', values: [value] } as const];
  return `/signature?${queryParameters({ ...query, conditions }, now).toString()}`;
}

function minute(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

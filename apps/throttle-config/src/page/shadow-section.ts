import type { Verdict } from '#antenna/throttle';
import { html, type Html } from '#antenna/web-page';

import type {
  ShadowAnswer,
  ShadowChangeAnswer,
  ShadowEndAnswer,
  ShadowRunAnswer,
} from '../api/shadow/shadow.dto.js';
import { counted, percentage, time } from './words.js';

/** The part about the draft that is tried on live reports, which refreshes itself. */
export function shadowSection({ state, run }: ShadowAnswer): Html {
  return html`<section id="shadow-run" aria-labelledby="shadow">
    <h3 id="shadow">On live reports</h3>
    <p>
      Ingest evaluates the draft beside the live rules, which still decide, and counts what would
      change. One draft at a time.
    </p>
    ${
      state === 'running'
        ? html`<form method="post" action="/page/shadow/stop" id="shadow-form">
            <button type="submit" id="shadow-stop">Stop it</button>
          </form>`
        : startButtons
    }
    <p id="shadow-news" role="status"></p>
    ${run && result(run)}
  </section>`;
}

const startButtons = html`<p class="buttons">
  <button
    type="submit"
    form="trial"
    formaction="/page/shadow"
    name="for"
    value="10m"
    id="shadow-10m"
  >
    Watch the draft for 10 minutes
  </button>
  <button
    type="submit"
    form="trial"
    formaction="/page/shadow"
    name="for"
    value="60m"
    id="shadow-60m"
  >
    For an hour
  </button>
</p>`;

function result(run: ShadowRunAnswer): Html {
  const { revision, startedAt, endsAt, ended, instances, reports, evaluated, changed } = run;
  return html`<p>
      Draft <code>${revision}</code>, since ${time(startedAt)},
      ${ended ? end(ended) : html`until ${time(endsAt)}`}.
    </p>
    <p>
      Of ${counted(reports, 'report')} to
      ${counted(instances.length, 'ingest process', 'ingest processes')}, the draft evaluated
      ${evaluated.toLocaleString('en')}${share(evaluated, reports)}.
      <b>${changed.toLocaleString('en')}${share(changed, evaluated)} would get another verdict.</b>
    </p>
    ${evaluated > 0 ? details(run) : ''}`;
}

function share(part: number, whole: number): string {
  return whole === 0 ? '' : ` (${percentage(part, whole)})`;
}

function end({ reason, at }: ShadowEndAnswer): Html {
  const words = {
    expired: 'until its time was over',
    stopped: 'until it was stopped',
    restarted: 'until throttle-config restarted',
    superseded: 'until another draft took its place',
  }[reason];
  return html`${words} at ${time(at)}`;
}

function details({ verdicts, rules, products, cost, evaluated }: ShadowRunAnswer): Html {
  return html`${matrix(verdicts)}
    <table>
      <caption>
        Rules of the draft
      </caption>
      ${head('Rule', 'Would decide', 'Errors')}
      <tbody>
        ${rules.map(
          ({ rule, decided, errors }) =>
            html`<tr>
              <th scope="row">${rule}</th>
              <td>${decided.toLocaleString('en')} (${percentage(decided, evaluated)})</td>
              <td>${errors.toLocaleString('en')}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <table>
      <caption>
        By product and channel
      </caption>
      ${head('Product', 'Channel', 'Reports', 'Another verdict')}
      <tbody>
        ${products.map(
          (row) =>
            html`<tr>
              <th scope="row">${row.product}</th>
              <td>${row.channel}</td>
              <td>${row.evaluated.toLocaleString('en')}</td>
              <td>
                ${row.changed.toLocaleString('en')} (${percentage(row.changed, row.evaluated)})
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
    <p>
      A verdict of the draft takes ${microseconds(cost.draft.meanUs)} on average and
      ${microseconds(cost.draft.maxUs)} at most; one of the live rules,
      ${microseconds(cost.live.meanUs)} and ${microseconds(cost.live.maxUs)}.
    </p>`;
}

/** Rows are the verdicts in force, columns those of the draft; only verdicts that occur. */
function matrix(changes: readonly ShadowChangeAnswer[]): Html {
  const occurs = (verdict: Verdict): boolean =>
    changes.some(({ live, draft }) => live === verdict || draft === verdict);
  const all = (['accept', 'defer', 'fakeaccept', 'reject'] as const).filter(occurs);
  const reports = (from: Verdict, to: Verdict): number =>
    changes.find(({ live, draft }) => live === from && draft === to)?.reports ?? 0;
  return html`<table class="matrix">
    <caption>
      Verdicts: live → draft
    </caption>
    ${head('Live', ...all.map((verdict) => `→ ${verdict}`))}
    <tbody>
      ${all.map(
        (from) =>
          html`<tr>
            <th scope="row">${from}</th>
            ${all.map((to) => cell(reports(from, to), from !== to))}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function cell(count: number, isChange: boolean): Html {
  const number = count.toLocaleString('en');
  return html`<td>${isChange && count > 0 ? html`<b>${number}</b>` : number}</td>`;
}

function head(...names: readonly string[]): Html {
  return html`<thead>
    <tr>
      ${names.map((name) => html`<th scope="col">${name}</th>`)}
    </tr>
  </thead>`;
}

function microseconds(us: number): string {
  return us >= 1000
    ? `${(us / 1000).toLocaleString('en', { maximumFractionDigits: 1 })} ms`
    : `${us} µs`;
}

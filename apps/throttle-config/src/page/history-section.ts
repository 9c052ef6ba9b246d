import { html, type Html } from '#antenna/web-page';

import type { DiffAnswer, GoBackAnswer, HistoryEntryAnswer } from '../api/history/history.dto.js';
import { time } from './words.js';
import { diffLines } from './yaml-diff.js';

/** The accepted revisions; any two of them, or one and the draft, can be compared. */
export function historySection(entries: readonly HistoryEntryAnswer[]): Html {
  return html`<section id="past" aria-labelledby="history">
    <h2 id="history">History</h2>
    ${
      entries.length === 0
        ? html`<p>No ruleset has been accepted in the last 90 days.</p>`
        : html`<p>Accepted in the last 90 days, newest first.</p>
            <ul class="history">
              ${entries.map((entry) => entryItem(entry))}
            </ul>
            ${comparison(entries)}`
    }
    <div id="compared"></div>
  </section>`;
}

function entryItem({ revision, acceptedAt, source, user, live }: HistoryEntryAnswer): Html {
  return html`<li>
    <code>${revision}</code> ${live ? html`<span class="tag ok">live</span>` : ''}
    <span
      >${time(acceptedAt)}, from
      ${source}${user === undefined ? '' : html`, by <b>${user}</b>`}</span
    >
  </li>`;
}

/** Its fields belong to the form of the draft, so that the draft is sent with them. */
function comparison(entries: readonly HistoryEntryAnswer[]): Html {
  const options = entries.map(
    ({ revision, acceptedAt }) =>
      html`<option value="${revision}">
        ${acceptedAt.slice(0, 16).replace('T', ' ')} ${revision}
      </option>`,
  );
  return html`<p class="compare">
    <label for="from">Compare</label>
    <select id="from" name="from" form="trial">
      ${options}
    </select>
    <label for="to">with</label>
    <select id="to" name="to" form="trial">
      <option value="draft">the draft</option>
      ${options}
    </select>
    <button type="submit" form="trial" formaction="/page/compare" id="compare">Compare</button>
  </p>`;
}

/** How two documents differ, and how to go back to the first. */
export function comparedSection(
  { from, to, diff }: DiffAnswer,
  { commands, note }: GoBackAnswer,
): Html {
  return html`<h3 tabindex="-1" id="differences">From ${from} to ${to}</h3>
    ${diffLines(diff)}
    <h4>Go back to ${from}</h4>
    ${commands.length === 0 ? '' : html`<pre class="command">${commands.join('\n')}</pre>`}
    ${note === undefined ? '' : html`<p>${note}</p>`}`;
}

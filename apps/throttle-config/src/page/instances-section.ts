import type { StatusAnswer } from '../api/status/status-answer.dto.js';
import { type Html, html } from './html.js';
import { time } from './words.js';

/** Which ingest process runs which revision. */
export function instancesSection({ instances, live }: StatusAnswer): Html {
  const rows = instances.map(
    ({ instance, revision, acceptedAt, lastSeen }) =>
      html`<tr>
        <th scope="row">${instance}</th>
        <td>
          ${revision === undefined ? 'unknown' : html`<code>${revision}</code>`}
          ${revision === live.revision ? html`<span class="tag ok">live</span>` : html`<span class="tag behind">another one</span>`}
        </td>
        <td>${acceptedAt === undefined ? '' : time(acceptedAt)}</td>
        <td>${time(lastSeen)}</td>
      </tr>`,
  );
  return html`<section aria-labelledby="instances">
    <h2 id="instances">Ingest processes</h2>
    ${
      rows.length === 0
        ? html`<p>None has asked this process for rules in the last minutes.</p>`
        : html`<div
            class="wide"
            role="region"
            aria-label="Table of the ingest processes"
            tabindex="0"
          >
            <table>
              <thead>
                <tr>
                  <th scope="col">Process</th>
                  <th scope="col">Runs revision</th>
                  <th scope="col">Since</th>
                  <th scope="col">Last heard of</th>
                </tr>
              </thead>
              <tbody>
                ${rows}
              </tbody>
            </table>
          </div>`
    }
  </section>`;
}

import type { StatusAnswer } from '../api/status/status.dto.js';
import { type Html, html } from './html.js';
import { time } from './words.js';

/** The revision that each ingest instance runs. */
export function instancesSection({ instances, live }: StatusAnswer): Html {
  const rows = instances.map(
    ({ instance, revision, acceptedAt, lastSeen }) =>
      html`<tr>
        <th scope="row">${instance}</th>
        <td>
          ${revision === undefined ? 'unknown' : html`<code>${revision}</code>`}
          ${revision === live.revision ? html`<span class="tag ok">live</span>` : html`<span class="tag behind">another revision</span>`}
        </td>
        <td>${acceptedAt === undefined ? '' : time(acceptedAt)}</td>
        <td>${time(lastSeen)}</td>
      </tr>`,
  );
  return html`<section aria-labelledby="instances">
    <h2 id="instances">Ingest instances</h2>
    ${
      rows.length === 0
        ? html`<p>No ingest instance has requested rules from this replica in the last minutes.</p>`
        : html`<div
            class="wide"
            role="region"
            aria-label="Table of the ingest instances"
            tabindex="0"
          >
            <table>
              <thead>
                <tr>
                  <th scope="col">Instance</th>
                  <th scope="col">Revision</th>
                  <th scope="col">Since</th>
                  <th scope="col">Last seen</th>
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

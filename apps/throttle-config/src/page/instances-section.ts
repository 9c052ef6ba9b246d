import { html, type Html } from '#antenna/web-page';

import type { InstanceAnswer, StatusAnswer } from '../api/status/status.dto.js';
import { time } from './words.js';

/** The revision that each ingest instance runs. */
export function instancesSection({ instances, live }: StatusAnswer): Html {
  return html`<section aria-labelledby="instances">
    <h2 id="instances">Ingest instances</h2>
    ${
      instances.length === 0
        ? html`<p>No ingest instance has requested rules from this replica in the last minutes.</p>`
        : html`<ul class="instances">
            ${instances.map((instance) => instanceItem(instance, live.revision))}
          </ul>`
    }
  </section>`;
}

function instanceItem(
  { instance, revision, acceptedAt, lastSeen }: InstanceAnswer,
  live: string,
): Html {
  return html`<li>
    <b>${instance}</b>
    <span
      >${revision === undefined ? 'unknown revision' : html`<code>${revision}</code>`}
      ${
        revision === live
          ? html`<span class="tag ok">live</span>`
          : html`<span class="tag behind">another revision</span>`
      }</span
    >
    <span>${acceptedAt === undefined ? '' : html`since ${time(acceptedAt)}`}</span>
    <span>last seen ${time(lastSeen)}</span>
  </li>`;
}

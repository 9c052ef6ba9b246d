import type { JsonValue } from '#antenna/crash-report';
import { type Html, html } from '#antenna/web-page';

import type { VisibleCrash } from '../../crash/visible-crash.js';
import { annotationsSection, rawAnnotationsSection } from './annotations-section.js';
import { cut, fitting, moreOf } from './bounded.js';
import { factsSection, signatureSteps } from './facts-section.js';
import { modulesSection } from './modules-section.js';
import { stackSection } from './stack-section.js';

const notesLength = 30_000;
/** Whose sizes and links are shown. */
export const maxDumps = 20;

/** What the page of a stored crash needs to know. */
export interface CrashView {
  readonly crashId: string;
  /** Undefined while it is not processed, or if what is stored cannot be read. */
  readonly crash: VisibleCrash | undefined;
  /** Why there is no processed crash, in a sentence or two. */
  readonly problem: string | undefined;
  /** Undefined without the role `protected`. */
  readonly whole: WholeView | undefined;
  readonly mayProcess: boolean;
  readonly traceUrl: string | undefined;
  /** When this page sent it to be processed again, in epoch milliseconds. */
  readonly sentAt: number | undefined;
}

interface WholeView {
  /** Undefined if it is damaged. */
  readonly rawCrash: JsonValue | undefined;
  readonly dumps: readonly { readonly name: string; readonly size: number | undefined }[];
}

export function crashPage(view: CrashView): Html {
  const { crashId, crash, whole } = view;
  const jsonLink = html`<a href="/crash/${crashId}/processed.json">processed JSON</a>`;
  return html`${view.sentAt === undefined ? undefined : sentNotice(crash, view.sentAt)}
  ${view.problem === undefined ? undefined : html`<p class="notice warning">${view.problem}</p>`}
  ${crash && html`${factsSection(crash)}${signatureSteps(crash)}`} ${actions(view)}
  ${crash && stacks(crash, jsonLink)} ${annotations(view, jsonLink)}
  ${crash && html`${otherMinidumps(crash, jsonLink)}${processing(crash)}`}
  ${
    whole
      ? undefined
      : html`<p>More of this crash is hidden: to see it, you need the role <b>protected</b>.</p>`
  }`;
}

/** Downloads, trace, and the button. */
function actions({ crashId, crash, whole, mayProcess, traceUrl }: CrashView): Html {
  const base = `/crash/${crashId}`;
  const dumps = (whole?.dumps ?? [])
    .slice(0, maxDumps)
    .map(({ name, size }) =>
      size === undefined
        ? html`<li>${name}: not stored</li> `
        : html`<li><a href="${base}/dump/${name}">${name}</a> ${Math.ceil(size / 1024)} KiB</li> `,
    );
  const more = (whole?.dumps.length ?? 0) - dumps.length;
  return html`<ul class="actions">
      ${crash && html`<li><a href="${base}/processed.json">Processed JSON</a></li> `}
      ${whole && html`<li><a href="${base}/raw.json">Raw JSON</a></li> `} ${dumps}
      ${more > 0 ? html`<li>${more} more dumps</li> ` : undefined}
      ${traceUrl === undefined ? undefined : html`<li><a href="${traceUrl}">Trace</a></li> `}
    </ul>
    ${
      mayProcess
        ? html`<form method="post" action="${base}/process"><button>Process again</button></form>`
        : undefined
    }`;
}

function sentNotice(crash: VisibleCrash | undefined, sentAt: number): Html {
  const processedAt = Date.parse(crash?.date_processed ?? '');
  return processedAt >= sentAt
    ? html`<p class="notice good" role="status">It was processed again.</p>`
    : html`<p class="notice warning" role="status">
        It was sent to the processing queue. Reload this page to see the result; that usually takes
        seconds.
      </p>`;
}

function stacks({ json_dump: walk, mdsw_status_string: status }: VisibleCrash, json: Html): Html {
  if (walk) return html`${stackSection(walk, json)}${modulesSection(walk, json)}`;
  const why =
    status === 'not_there'
      ? 'the crash has no minidump'
      : `the minidump could not be walked (${cut(status ?? 'unknown', 40)}); the notes below say more`;
  return html`<p class="notice warning">No stack: ${why}.</p>`;
}

function annotations({ crashId, crash, whole }: CrashView, jsonLink: Html): Html | undefined {
  if (whole?.rawCrash !== undefined) {
    return rawAnnotationsSection(
      whole.rawCrash,
      html`<a href="/crash/${crashId}/raw.json">raw JSON</a>`,
    );
  }
  return html`${
    whole
      ? html`<p class="notice">
          The raw crash is damaged: it is no JSON. “Raw JSON” has its bytes.
        </p>`
      : undefined
  }${crash && annotationsSection(crash.annotations, jsonLink)}`;
}

function otherMinidumps({ other_minidumps: others }: VisibleCrash, json: Html): Html | undefined {
  const { shown, left } = fitting(
    Object.entries(others).slice(0, maxDumps),
    notesLength,
    ([name, { status, json_dump: walk }]) => {
      const crashed = walk?.threads[walk.crash_info.crashing_thread ?? 0]?.frames[0];
      return html`<li>
        <b>${cut(name, 60)}</b>:
        ${cut(status ?? 'unknown', 40)}${
          walk
            ? `, ${walk.threads.length} threads; ${cut(walk.crash_info.type ?? 'no crash')}`
            : undefined
        }
        ${crashed?.function ? html`in <code>${cut(crashed.function)}</code>` : undefined}
      </li> `;
    },
  );
  if (shown.length === 0) return undefined;
  return html`<section>
    <h2 id="minidumps">Other minidumps</h2>
    <ul>
      ${shown}
    </ul>
    ${moreOf(left, 'minidumps', json)}
    <p>Their stacks are in the ${json}.</p>
  </section>`;
}

/** With what and when it was processed, and what the processor has to say. */
function processing({ processor, processor_notes: notes, ...crash }: VisibleCrash): Html {
  const lines = (notes ?? '').split('\n').filter((note) => note !== '');
  const { shown, left } = fitting(lines, notesLength, (note) => html`<li>${cut(note)}</li> `);
  return html`<section>
    <h2 id="processing">Processing</h2>
    <p>
      Antenna ${cut(processor.version ?? '?', 60)}, ${cut(processor.walker ?? '?', 100)}, signature
      lists ${cut(processor.signature_lists ?? '?', 60)}; minidump SHA-256
      <code>${cut(crash.minidump_sha256_hash ?? 'unknown', 64)}</code>
    </p>
    ${
      lines.length === 0
        ? html`<p>No notes.</p>`
        : html`<ul>
            ${shown}
          </ul>`
    }
    ${left === 0 ? undefined : html`<p>… and ${left} more notes.</p>`}
  </section>`;
}

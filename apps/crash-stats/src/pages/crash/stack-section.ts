import { type Html, html } from '#antenna/web-page';

import type { VisibleWalk } from '../../crash/visible-crash.js';
import { cut, fitting, moreOf } from './bounded.js';

type Thread = VisibleWalk['threads'][number];
type Frame = Thread['frames'][number];

/** Characters of HTML: about 300 frames of the crashing thread, and 1,000 of the others. */
const crashingLength = 100_000;
const othersLength = 300_000;
/** Of each other thread. */
const otherLength = 20_000;

/** How a frame was found, where that makes it doubtful. */
const doubts: Readonly<Record<string, string>> = {
  frame_pointer: 'found by the frame pointer: callers may be missing',
  scan: 'found by scanning the stack: may be left over from an earlier call',
  cfi_scan: 'found by scanning the stack: may be left over from an earlier call',
};
const trusted: ReadonlySet<string> = new Set(['context', 'cfi']);

/** The crashing thread, and the others folded. */
export function stackSection(walk: VisibleWalk, jsonLink: Html): Html {
  const { crashing_thread: crashing } = walk.crash_info;
  const crashed = crashing === null ? undefined : walk.threads[crashing];
  const others = [...walk.threads.entries()].filter(([index]) => index !== crashing);
  const { shown, left } = fitting(others, othersLength, ([index, thread]) =>
    otherThread(thread, index, jsonLink),
  );
  return html`<section>
      <h2 id="stack">${crashed ? `Crashing thread ${threadName(crashed, crashing)}` : 'Stack'}</h2>
      ${
        crashed
          ? html`${lastError(crashed)}${frameList(crashed, crashingLength, jsonLink)}`
          : html`<p>
              The minidump does not say which of its ${walk.threads.length} threads crashed.
            </p>`
      }
    </section>
    ${
      others.length === 0
        ? undefined
        : html`<section>
            <h2 id="threads">Other threads (${others.length})</h2>
            ${shown}${moreOf(left, 'threads', jsonLink)}
          </section>`
    }`;
}

function otherThread(thread: Thread, index: number, jsonLink: Html): Html {
  const [first] = thread.frames;
  return html`<details class="thread">
    <summary>
      <b>${threadName(thread, index)}</b>
      ${first ? html`<code>${cut(wholePlaceOf(first), 100)}</code>` : 'no frames'}
    </summary>
    ${frameList(thread, otherLength, jsonLink)}
  </details>`;
}

function frameList({ frames }: Thread, maxLength: number, jsonLink: Html): Html {
  if (frames.length === 0) return html`<p>No frames.</p>`;
  const { shown, left } = fitting(frames, maxLength, frameItems);
  return html`<ol class="stack">
      ${shown}
    </ol>
    ${moreOf(left, 'frames', jsonLink)}`;
}

/** The inlined functions come before the one into which they were inlined. */
function frameItems(frame: Frame, index: number): Html {
  const module = frame.module ?? '';
  const { shown: inlines, left } = fitting(frame.inlines, otherLength, (inline) =>
    item({ module, place: inline.function ?? '(unknown)', source: inline, tags: [tag('inlined')] }),
  );
  const trust = frame.trust ?? 'unknown';
  const tags = [
    ...(left > 0 ? [tag(`${left} more inlined`)] : []),
    ...(frame.missing_symbols && frame.function === null ? [tag('no symbols')] : []),
    ...(trusted.has(trust) ? [] : [tag(cut(trust, 20), doubts[trust])]),
  ];
  const number = frame.frame ?? index;
  return html`${inlines}${item({ number, module, place: placeOf(frame), source: frame, tags })}`;
}

interface Item {
  readonly number?: number;
  readonly module: string;
  readonly place: string;
  readonly source: Pick<Frame, 'file' | 'line'>;
  readonly tags: readonly Html[];
}

function item({ number, module, place, source: { file, line }, tags }: Item): Html {
  return html`<li>
    <span class="number">${number ?? '↳'}</span> <code class="module">${cut(module, 100)}</code>
    <code class="place">${cut(place)}</code>
    <span class="source"
      >${
        file === null
          ? undefined
          : html`<code>${lastOf(file)}${line === null ? '' : `:${line}`}</code>`
      }
      ${tags}</span
    >
  </li> `;
}

function tag(label: string, meaning?: string): Html {
  return meaning === undefined
    ? html`<span class="tag">${label}</span>`
    : html`<span class="tag doubtful" title="${meaning}">${label}</span>`;
}

/** The function, the offset in the module, or the address. */
function placeOf(frame: Frame): string {
  if (frame.function !== null) return frame.function;
  if (frame.module !== null) return `+ ${short(frame.module_offset ?? frame.offset)}`;
  const [unloaded] = frame.unloaded_modules;
  if (unloaded) return `${unloaded.module ?? '?'} (unloaded) + ${short(unloaded.offsets[0])}`;
  return frame.offset ?? '(an address outside of all modules)';
}

/** For one line: `game!main`, or `game + 0x1234`. */
function wholePlaceOf(frame: Frame): string {
  const separator = frame.function === null ? ' ' : '!';
  return `${frame.module === null ? '' : `${frame.module}${separator}`}${placeOf(frame)}`;
}

/** Without zeros at the beginning: `0x1234`. */
function short(address: string | null | undefined): string {
  return address?.replace(/^0x0+(?=[0-9a-f])/i, '0x') ?? '?';
}

/** The end of a long path says more than its beginning. */
function lastOf(path: string, max = 120): string {
  return path.length <= max ? path : `…${path.slice(-max).toWellFormed()}`;
}

function threadName({ thread_name: name }: Thread, index: number | null): string {
  return `${index ?? ''}${name === null || name === '' ? '' : ` (${cut(name, 60)})`}`;
}

function lastError({ last_error_value: value }: Thread): Html | undefined {
  return value === null ? undefined : html`<p>Last error: <code>${cut(value)}</code></p>`;
}

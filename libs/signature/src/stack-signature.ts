import type { StackEntry } from './frame-text.js';
import type { SignatureStep } from './signature-input.js';
import type { SignatureLists } from './signature-lists.js';

export interface StackSignature {
  /** Empty if there is no entry. */
  readonly signature: string;
  /** All entries that were looked at, as they are written in a signature. */
  readonly looked: readonly string[];
  readonly steps: readonly SignatureStep[];
}

/**
 * Chooses the entries that name a crash: from the first sentinel on, skips irrelevant ones and takes the others up to
 * the first that is not a prefix.
 */
export function stackSignature(
  entries: readonly StackEntry[],
  lists: SignatureLists,
): StackSignature {
  const steps: SignatureStep[] = [];
  const texts = entries.map((entry) => entryText(entry, lists));
  const sentinel = Math.max(
    0,
    texts.findIndex((text) => lists.isSentinel(text)),
  );
  if (sentinel > 0)
    steps.push({ rule: 'sentinel', detail: `${texts[sentinel]} (${sentinel} above it skipped)` });
  const chosen: string[] = [];
  let at = sentinel;
  for (; at < texts.length; at += 1) {
    const text = texts[at] ?? '';
    const irrelevant = lists.match('irrelevant', text);
    if (irrelevant !== undefined) {
      steps.push({ rule: 'irrelevant', detail: described(text, irrelevant) });
    } else if (text === chosen.at(-1)) {
      steps.push({ rule: 'repeated', detail: text });
    } else {
      chosen.push(text);
      const prefix = lists.match('prefixes', text);
      if (prefix === undefined) {
        steps.push({ rule: 'frame', detail: text });
        break;
      }
      steps.push({ rule: 'prefix', detail: described(text, prefix) });
    }
  }
  const first = texts[sentinel] ?? '';
  if (chosen.length === 0 && first !== '') {
    steps.push({ rule: 'only irrelevant frames', detail: first });
    chosen.push(first);
  }
  return { signature: chosen.join(' | '), looked: texts.slice(0, at + 1), steps };
}

/** The entry as it is written in a signature. */
export function entryText({ text, line, bareModule }: StackEntry, lists: SignatureLists): string {
  if (bareModule !== undefined)
    return lists.match('withoutOffset', bareModule) === undefined ? text : bareModule;
  return line !== undefined && lists.match('withLineNumber', text) !== undefined
    ? `${text}:${line}`
    : text;
}

function described(text: string, pattern: string): string {
  return `${text} (pattern ${pattern})`;
}

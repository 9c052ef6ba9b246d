import { cleanText, cutText } from './clean-text.js';
import { stackEntries, type StackEntry } from './frame-text.js';
import { javaSignature } from './java-signature.js';
import type { SignatureInput, SignatureResult, SignatureStep } from './signature-input.js';
import type { SignatureLists } from './signature-lists.js';
import { specialForms } from './special-forms.js';
import { entryText, stackSignature } from './stack-signature.js';

const maxSignatureLength = 255;

/**
 * The signature of a crash, which groups it with like ones. Pure: the same input and lists give the same result. Takes
 * any strings, in time linear in their length.
 */
export function signatureOf(input: SignatureInput, lists: SignatureLists): SignatureResult {
  const entries = stackEntries(input.frames, input.os ?? '');
  const notes: string[] = [];
  const base = firstSignature(input, entries, lists, notes);
  const steps = [...base.steps];
  const mainThreadSignature = (): string | undefined => {
    const main = stackSignature(stackEntries(input.mainThread ?? [], input.os ?? ''), lists);
    steps.push(...main.steps);
    return main.signature === '' ? undefined : main.signature;
  };
  let { signature } = base;
  for (const [rule, form] of specialForms) {
    const changed = form({ ...input, signature, looked: base.looked, lists, mainThreadSignature });
    if (changed === undefined) continue;
    signature = changed;
    steps.push({ rule, detail: cutText(cleanText(signature), maxSignatureLength) });
  }
  const whole = cleanText(signature);
  const cut = cutText(whole, maxSignatureLength);
  if (cut !== whole) {
    steps.push({
      rule: 'cut',
      detail: `${whole.length} characters; the limit is ${maxSignatureLength}`,
    });
    notes.push(`the signature was cut: it had ${whole.length} characters`);
  }
  const protoSignature = entries.map((entry) => entryText(entry, lists)).join(' | ');
  return { signature: cut, protoSignature, steps, notes };
}

interface FirstSignature {
  readonly signature: string;
  readonly looked: readonly string[];
  readonly steps: readonly SignatureStep[];
}

/** From the stack, before any special form. */
function firstSignature(
  input: SignatureInput,
  entries: readonly StackEntry[],
  lists: SignatureLists,
  notes: string[],
): FirstSignature {
  const { JavaStackTrace: trace } = input.annotations;
  if (trace) {
    const java = javaSignature(trace, lists);
    if (java !== undefined) return { ...java, looked: [] };
    notes.push('JavaStackTrace is no stack trace: it was ignored');
  }
  const stack = stackSignature(entries, lists);
  if (stack.signature !== '') return stack;
  const signature = emptySignature(input);
  notes.push(`no frames: ${signature}`);
  return { signature, looked: [], steps: [{ rule: 'no frames', detail: signature }] };
}

/** `EMPTY: no frames`, and why. */
function emptySignature({ noFrames, annotations }: SignatureInput): string {
  const why = cutText(cleanText((noFrames ?? '').slice(0, 1000)), 100);
  const crashReason = cutText(cleanText((annotations.MozCrashReason ?? '').slice(0, 1000)), 100);
  return ['EMPTY: no frames', why, crashReason].filter((part) => part !== '').join('; ');
}

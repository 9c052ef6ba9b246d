import { cleanText, cutText } from './clean-text.js';
import type { SignatureStep } from './signature-input.js';
import type { SignatureLists } from './signature-lists.js';

const maxTraceLength = 65_536;
const exceptionClass =
  /^(?:Exception in thread "[^"]{0,200}" )?((?:[A-Za-z_$][\w$]{0,100}\.){1,20}[A-Za-z_$][\w$]{0,200})(?::|$)/;
/** Frames are indented, lines of a message are usually not. */
const frame =
  /^\s+at ([\w$.<>/-]{1,300})\((Native Method|Unknown Source|[\w$.-]{1,100})(?::\d+)?\)\s*$/;

/**
 * The exception's class and the first frame that is not irrelevant: `a.b.Exception: at a.b.C.m(C.kt)`. Never the
 * message, which may hold personal data. Undefined if the string is no stack trace.
 */
export function javaSignature(
  trace: string,
  lists: SignatureLists,
): { readonly signature: string; readonly steps: readonly SignatureStep[] } | undefined {
  const [first = '', ...others] = trace.slice(0, maxTraceLength).split('\n');
  const name = exceptionClass.exec(cleanText(first))?.[1];
  if (name === undefined) return undefined;
  const steps: SignatureStep[] = [];
  const frames = others.flatMap((line) => frameOf(line) ?? []);
  const relevant = frames.find((text) => {
    const pattern = lists.match('irrelevant', text);
    if (pattern !== undefined)
      steps.push({ rule: 'irrelevant', detail: `${text} (pattern ${pattern})` });
    return pattern === undefined;
  });
  const chosen = relevant ?? frames[0];
  const signature = chosen === undefined ? name : `${name}: at ${chosen}`;
  return { signature, steps: [...steps, { rule: 'Java', detail: signature }] };
}

/** Without the line, and without the numbers of classes that compilers make. */
function frameOf(line: string): string | undefined {
  const [, method, file] = frame.exec(line) ?? [];
  if (method === undefined || file === undefined) return undefined;
  const stable = method
    .replace(/\$\$ExternalSyntheticLambda\d+/, '$$$$ExternalSyntheticLambda')
    .replace(/\$\$Lambda[$\w/]*/, '$$$$Lambda');
  return cutText(`${stable}(${file})`, 200);
}

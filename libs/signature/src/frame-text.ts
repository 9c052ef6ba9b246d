import { cleanText, cutText } from './clean-text.js';
import { functionName } from './names/function-name.js';
import type { SignatureFrame } from './signature-input.js';

/** A function on the stack; one frame has several if the compiler inlined some. */
export interface StackEntry {
  /** How the entry is written in a signature, without a line number. */
  readonly text: string;
  readonly line?: number;
  /** The module, if there is neither a function nor a source line. */
  readonly bareModule?: string;
}

/** More than the longest chain of prefixes needs; the field considers as many. */
const maxEntries = 40;
const maxModuleLength = 100;

/** The entries of a thread, the innermost first, at most 40. Inlined functions come before the one they are in. */
export function stackEntries(frames: readonly SignatureFrame[], os: string): StackEntry[] {
  const entries: StackEntry[] = [];
  for (const frame of frames.slice(0, maxEntries)) {
    for (const inlined of (frame.inlines ?? []).slice(0, maxEntries))
      entries.push(entryOf({ ...frame, ...inlined, unloaded_modules: null }, os));
    entries.push(entryOf(frame, os));
  }
  return entries.filter(({ text }) => text !== '').slice(0, maxEntries);
}

function entryOf(frame: SignatureFrame, os: string): StackEntry {
  const { file, line, offset, unloaded_modules: unloaded } = frame;
  const name = functionName(frame.function ?? '');
  if (name !== '') return line ? { text: name, line } : { text: name };
  const source = baseName(file ?? '');
  if (source !== '' && line) return { text: `${source}#${line}` };
  const module = moduleName(frame.module ?? '', os);
  if (module !== '')
    return { text: `${module}${address(frame.module_offset)}`, bareModule: module };
  const gone = moduleName(unloaded?.[0]?.module ?? '', os);
  return { text: gone === '' ? address(offset) : `(unloaded ${gone})` };
}

/** Windows does not distinguish upper and lower case. */
function moduleName(path: string, os: string): string {
  // The kernel's own are in brackets: [vdso].
  const name = baseName(path).replace(/^\[+/, '').replace(/\]+$/, '');
  return os.startsWith('Windows') ? name.toLowerCase() : name;
}

function baseName(path: string): string {
  const name =
    path
      .slice(-4096)
      .split(/[/\\]/)
      .findLast((part) => part !== '') ?? '';
  return cutText(cleanText(name), maxModuleLength);
}

function address(hexadecimal: string | null | undefined): string {
  const digits = /^(?:0x)?0*([0-9a-f]{1,16})$/i.exec(hexadecimal ?? '')?.[1];
  return digits === undefined ? '' : `@0x${digits.toLowerCase()}`;
}

import type { ProcessedCrash } from '#antenna/processed-crash';
import type { StackWalk } from '#antenna/stack-walker';
import { countOf } from '../human-units.js';
import { printable } from '../terminal-safe.js';

type StackThread = StackWalk['threads'][number];
type StackFrame = StackThread['frames'][number];
type StackModule = StackWalk['modules'][number];

/** An endless recursion fills a stack with thousands. */
const shownFrames = 50;
const shownModules = 20;
/** Names of template instances are long. */
const maxNameLength = 1000;

/**
 * Signature, reason and stacks, as lines for a terminal: all of it comes from a stranger's minidump.
 * @param threads the crashed one, with its first frames, or all of them whole
 */
export function stackText(processed: ProcessedCrash, threads: 'crashed' | 'all'): string {
  const { signature, reason, address, os_name, os_version, cpu_arch, processor_notes } = processed;
  const system = [[os_name, os_version].filter(isText).join(' '), cpu_arch ?? ''];
  const facts: [string, string][] = [
    ['signature', signature],
    ['reason', [reason, address].filter(isText).join(' at ')],
    ['system', system.filter(isText).join(', ')],
    ...processor_notes.split('\n').map((note): [string, string] => ['note', note]),
  ];
  const head = facts
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name.padEnd(11)}${printable(value, maxNameLength)}`);
  return `${[...head, '', ...stackLines(processed, threads)].join('\n')}\n\n`;
}

function stackLines(
  { json_dump: walk, mdsw_status_string: status }: ProcessedCrash,
  which: 'crashed' | 'all',
): string[] {
  if (!walk) {
    const why = status === 'not_there' ? 'there is no minidump' : printable(status);
    return [`no stack: ${why}`];
  }
  const crashed = walk.crash_info.crashing_thread;
  const shown = walk.threads
    .map((thread, index) => ({ thread, index, isCrashed: index === crashed }))
    .filter(({ isCrashed }) => isCrashed || which === 'all');
  if (shown.length === 0) {
    const threads = countOf(walk.threads.length, 'thread', 'threads');
    return [
      `no stack: the minidump does not say which of ${threads} crashed; --threads prints all`,
    ];
  }
  return [
    ...shown.flatMap(({ thread, index, isCrashed }, place) => [
      ...(place === 0 ? [] : ['']),
      `thread ${index}${thread.thread_name ? ` "${printable(thread.thread_name)}"` : ''}${isCrashed ? ', crashed' : ''}`,
      ...frameLines(thread, which === 'all' ? Number.POSITIVE_INFINITY : shownFrames),
    ]),
    ...missingSymbols(
      walk,
      shown.map(({ thread }) => thread),
    ),
  ];
}

function frameLines({ frames }: StackThread, max: number): string[] {
  const width = String(Math.min(max, frames.length)).length;
  const lines: string[] = [];
  for (const frame of frames.slice(0, max)) {
    const module = frame.module === null ? '' : `${frame.module}!`;
    for (const inline of frame.inlines ?? [])
      lines.push(`${' '.repeat(width)}  ${module}${inline.function}${sourceOf(inline)} (inlined)`);
    const number = String(frame.frame).padStart(width);
    lines.push(`${number}  ${placeOf(frame)}${sourceOf(frame)} (${frame.trust})`);
  }
  const left = frames.length - max;
  return [
    ...lines.map((line) => printable(line, maxNameLength)),
    ...(left > 0 ? [`… ${countOf(left, 'more frame', 'more frames')}; --threads prints all`] : []),
    ...(frames.length === 0 ? ['no frames'] : []),
  ];
}

/** `module!function`, `module + 0x12`, or the address. */
function placeOf({
  module,
  module_offset: offset,
  function: name,
  offset: address,
  unloaded_modules,
}: StackFrame): string {
  if (module !== null)
    return name === null ? `${module} + ${offset ?? address}` : `${module}!${name}`;
  const [unloaded] = unloaded_modules ?? [];
  if (unloaded) return `(unloaded ${unloaded.module}) + ${unloaded.offsets[0] ?? address}`;
  return name ?? address;
}

function sourceOf({ file, line }: { file: string | null; line: number | null }): string {
  if (file === null) return '';
  return ` [${file}${line === null ? '' : `:${line}`}]`;
}

function missingSymbols({ modules }: StackWalk, threads: readonly StackThread[]): string[] {
  const onStacks = new Set(
    threads.flatMap(({ frames }) =>
      frames.filter((frame) => frame.missing_symbols).map(({ module }) => module),
    ),
  );
  const missing = modules.filter(
    ({ filename, missing_symbols: isMissing }) => isMissing && onStacks.has(filename),
  );
  if (missing.length === 0) return [];
  const more = missing.length - shownModules;
  return [
    '',
    'No symbols for these modules: add theirs with `antenna symbols add`, then `antenna republish`.',
    ...missing.slice(0, shownModules).map((module) => `  ${printable(moduleName(module))}`),
    ...(more > 0 ? [`  … ${countOf(more, 'more module', 'more modules')}`] : []),
  ];
}

/** As symbol files are filed. */
function moduleName({ filename, debug_file: file, debug_id: id }: StackModule): string {
  return `${file === '' ? filename : file} ${id}`;
}

function isText(value: string | null): value is string {
  return value !== null && value !== '';
}

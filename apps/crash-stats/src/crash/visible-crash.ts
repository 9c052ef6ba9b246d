import { copiedAnnotations, type ProcessedCrash } from '#antenna/processed-crash';

import { flag, hidden, list, number, optional, type Read, record, text, texts } from './reading.js';

/** Free text of the program: assertions, messages and JSON that quote what the user did. */
const protectedAnnotations: ReadonlySet<string> = new Set([
  'AbortMessage',
  'AsyncShutdownTimeout',
  'GraphicsCriticalError',
  'IPCFatalErrorMsg',
  'MozCrashReason',
  'QuotaManagerShutdownTimeout',
]);

/** `COPIED_ANNOTATIONS` adds others, of which nobody has said that every viewer may see them. */
const visibleAnnotations = new Set(
  copiedAnnotations.filter((name) => !protectedAnnotations.has(name)),
);

const annotations: Read<Readonly<Record<string, string>>> = (value, isWhole) =>
  Object.fromEntries(
    Object.entries(texts(value, isWhole)).filter(
      ([name]) => isWhole || visibleAnnotations.has(name),
    ),
  );

/** An address may be a word of memory that was used as one; below 64 KiB, it is an offset from a null pointer. */
const nearNull = /^0x0*[0-9a-f]{1,4}$/i;
const address: Read<string | null> = (value, isWhole) => {
  const written = text(value, isWhole);
  return isWhole || (written !== null && nearNull.test(written)) ? written : null;
};

/** The last part of a path, whose others may name a user. */
const fileName: Read<string | null> = (value, isWhole) =>
  text(value, isWhole)?.replace(/^.*[/\\]/s, '') ?? null;

const anyFrame = record({
  frame: number,
  trust: text,
  offset: text,
  module: fileName,
  module_offset: text,
  unloaded_modules: list(record({ module: fileName, offsets: list(text) })),
  function: text,
  function_offset: text,
  file: text,
  line: number,
  inlines: list(record({ function: text, file: text, line: number })),
  missing_symbols: flag,
});

/** Of a broken stack, the "return address" outside of all modules is a word of memory. */
const frame: typeof anyFrame = (value, isWhole) => {
  const read = anyFrame(value, isWhole);
  return isWhole || read.module !== null ? read : { ...read, offset: null };
};

const stackWalk = record({
  process_uptime: number,
  crash_info: record({
    type: text,
    address,
    crashing_thread: number,
    assertion: hidden(text),
    instruction: hidden(text),
    adjusted_address: hidden(optional(record({ kind: text, address: text, offset: text }))),
    memory_accesses: hidden(list(record({ access_type: text, address: text, size: number }))),
    possible_bit_flips: hidden(list(record({ address: text, confidence: number }))),
  }),
  system_info: record({
    os: text,
    os_ver: text,
    cpu_arch: text,
    cpu_info: text,
    cpu_count: number,
    cpu_microcode_version: text,
  }),
  lsb_release: optional(record({ id: text, release: text, codename: text, description: text })),
  linux_memory_map_count: number,
  main_module: number,
  modules: list(
    record({
      filename: fileName,
      version: text,
      base_addr: text,
      end_addr: text,
      code_id: text,
      debug_file: fileName,
      debug_id: text,
      missing_symbols: flag,
      loaded_symbols: flag,
      corrupt_symbols: flag,
    }),
  ),
  unloaded_modules: list(
    record({ filename: fileName, base_addr: text, end_addr: text, code_id: text }),
  ),
  threads: list(
    record({
      thread_id: number,
      thread_name: text,
      last_error_value: text,
      frame_count: number,
      frames: list(frame),
    }),
  ),
  /** The registers of the crash are in its first frame. */
  crashing_thread: hidden(optional(record({ frames: list(record({ registers: texts })) }))),
  mac_crash_info: hidden(
    optional(
      record({ records: list(record({ message: text, message2: text, abort_cause: text })) }),
    ),
  ),
});

const processedCrash = record({
  processed_crash_version: number,
  uuid: text,
  signature: text,
  proto_signature: text,
  signature_steps: list(record({ rule: text, detail: text })),
  product: text,
  version: text,
  release_channel: text,
  build: text,
  process_type: text,
  os_name: text,
  os_version: text,
  cpu_arch: text,
  cpu_info: text,
  cpu_count: number,
  reason: text,
  address,
  crashing_thread: number,
  uptime: number,
  success: flag,
  mdsw_status_string: text,
  minidump_sha256_hash: text,
  annotations,
  submitted_timestamp: text,
  processor_notes: text,
  processor: record({ version: text, walker: text, signature_lists: text }),
  started_datetime: text,
  date_processed: text,
  json_dump: optional(stackWalk),
});

const otherDump = record({ status: text, json_dump: optional(stackWalk) });

/** What a viewer may see of a stack walk. */
export type VisibleWalk = ReturnType<typeof stackWalk>;

/** What a viewer may see of a processed crash: its fields, where null means that it is not known, or hidden. */
export type VisibleCrash = ReturnType<typeof processedCrash> & {
  /** Whether fields were left out because the viewer lacks the role `protected`. */
  readonly is_partial: boolean;
  /** The other minidumps by name; in the processed crash, each is a field. */
  readonly other_minidumps: Readonly<Record<string, ReturnType<typeof otherDump>>>;
};

/**
 * The one place that decides what of a processed crash is protected: without the role, no registers, memory contents,
 * words of memory that look like addresses, messages of assertions and aborts, and only annotations that are known to be
 * safe. Everything else is left out for all, because nobody has looked at it.
 */
export function visibleCrash(
  processed: ProcessedCrash,
  viewer: { may(role: 'protected'): boolean },
): VisibleCrash {
  const isWhole = viewer.may('protected');
  const others = list(text)(processed.additional_minidumps, isWhole).filter(isOtherDump);
  return {
    ...processedCrash(processed, isWhole),
    is_partial: !isWhole,
    other_minidumps: Object.fromEntries(
      others.map((name) => [name, otherDump(processed[name], isWhole)]),
    ),
  };
}

function isOtherDump(name: string | null): name is `upload_file_minidump_${string}` {
  return name?.startsWith('upload_file_minidump_') === true;
}

/** How a field is compared and counted. `keywords`: a crash has several values. Times are epoch milliseconds. */
export type FieldKind = 'keyword' | 'keywords' | 'number' | 'time';

interface FieldDescription {
  /** What a page calls it. */
  readonly title: string;
  readonly kind: FieldKind;
  /** Only for those who may see protected data: to find, count and read. */
  readonly isProtected?: true;
}

/**
 * All that an index knows of a crash: a closed list, so that nothing else gets into it and mappings cannot grow. The names
 * are those of the processed crash; those of annotations are in snake case.
 */
export const crashFields = {
  crash_id: { title: 'Crash id', kind: 'keyword' },
  date: { title: 'Received', kind: 'time' },
  signature: { title: 'Signature', kind: 'keyword' },
  product: { title: 'Product', kind: 'keyword' },
  version: { title: 'Version', kind: 'keyword' },
  release_channel: { title: 'Channel', kind: 'keyword' },
  build: { title: 'Build', kind: 'keyword' },
  process_type: { title: 'Process', kind: 'keyword' },
  os_name: { title: 'OS', kind: 'keyword' },
  os_version: { title: 'OS version', kind: 'keyword' },
  cpu_arch: { title: 'CPU', kind: 'keyword' },
  cpu_count: { title: 'CPU count', kind: 'number' },
  reason: { title: 'Reason', kind: 'keyword' },
  /** Seconds. */
  uptime: { title: 'Uptime', kind: 'number' },
  uptime_range: { title: 'Uptime range', kind: 'keyword' },
  /** `mdsw_status_string` of the processed crash: whether and why not the minidump was walked. */
  walk_status: { title: 'Walk', kind: 'keyword' },
  /** File names of the modules. */
  modules: { title: 'Modules', kind: 'keywords' },
  adapter_vendor_id: { title: 'Graphics vendor', kind: 'keyword' },
  adapter_device_id: { title: 'Graphics device', kind: 'keyword' },
  adapter_driver_version: { title: 'Graphics driver', kind: 'keyword' },
  startup_crash: { title: 'Startup crash', kind: 'keyword' },
  shutdown_progress: { title: 'Shutdown progress', kind: 'keyword' },
  moz_crash_reason: { title: 'MOZ_CRASH reason', kind: 'keyword', isProtected: true },
  abort_message: { title: 'Abort message', kind: 'keyword', isProtected: true },
} as const satisfies Readonly<Record<string, FieldDescription>>;

export type FieldName = keyof typeof crashFields;

interface ValueOf {
  keyword: string | null;
  keywords: readonly string[];
  number: number | null;
  time: number;
}

/** What an index knows of a crash. Null: not known. */
export type IndexedFacts = {
  readonly [Name in FieldName]: Name extends 'crash_id' | 'signature' | 'process_type'
    ? string
    : ValueOf[(typeof crashFields)[Name]['kind']];
};

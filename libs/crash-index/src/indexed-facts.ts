import type { ProcessedCrash } from '#antenna/processed-crash';
import type { IndexedFacts } from './crash-fields.js';

/** Values come from clients; those that people use are far shorter. */
const maxLength = 255;
const maxModules = 512;
/** Of the names of the modules of a crash: pages and exports have those of many. */
const maxModuleCharacters = 16_384;

/** Upper ends in seconds. */
const uptimeRanges: readonly (readonly [number, string])[] = [
  [60, '< 1 min'],
  [300, '1–5 min'],
  [900, '5–15 min'],
  [3600, '15–60 min'],
  [Number.POSITIVE_INFINITY, '≥ 1 h'],
];

/** What an index knows of a processed crash: only what is listed here. */
export function indexedCrash(crash: ProcessedCrash): IndexedFacts {
  const annotation = (name: string): string | null => orNull(crash.annotations[name]);
  const modules = crash.json_dump?.modules.map(({ filename }) => orNull(filename) ?? '') ?? [];
  return {
    crash_id: crash.uuid,
    date: receivedAt(crash),
    signature: indexedText(crash.signature),
    product: orNull(crash.product),
    version: orNull(crash.version),
    release_channel: orNull(crash.release_channel),
    build: orNull(crash.build),
    process_type: indexedText(crash.process_type),
    os_name: orNull(crash.os_name),
    os_version: orNull(crash.os_version),
    cpu_arch: orNull(crash.cpu_arch),
    cpu_count: numberOrNull(crash.cpu_count),
    reason: orNull(crash.reason),
    uptime: numberOrNull(crash.uptime),
    uptime_range: uptimeRange(numberOrNull(crash.uptime)),
    walk_status: orNull(crash.mdsw_status_string),
    modules: boundedList([...new Set(modules)].filter((name) => name !== '')),
    adapter_vendor_id: annotation('AdapterVendorID'),
    adapter_device_id: annotation('AdapterDeviceID'),
    adapter_driver_version: annotation('AdapterDriverVersion'),
    startup_crash: annotation('StartupCrash'),
    shutdown_progress: annotation('ShutdownProgress'),
    moz_crash_reason: annotation('MozCrashReason'),
    abort_message: annotation('AbortMessage'),
  };
}

/** A value as it is indexed, and compared with what is indexed: some stores end strings at a NUL. */
export function indexedText(value: string): string {
  return value.slice(0, maxLength).replaceAll('\0', '\u{FFFD}').toWellFormed();
}

function boundedList(names: readonly string[]): readonly string[] {
  let characters = 0;
  return names.slice(0, maxModules).filter((name) => {
    characters += name.length;
    return characters <= maxModuleCharacters;
  });
}

/** An older version may have written the crash. */
function orNull(value: unknown): string | null {
  return typeof value === 'string' ? indexedText(value) : null;
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function uptimeRange(uptime: number | null): string | null {
  return uptime === null ? null : (uptimeRanges.find(([end]) => uptime < end)?.[1] ?? null);
}

/** The day in the crash id, if the time is not known. */
function receivedAt({ submitted_timestamp: submitted, uuid }: ProcessedCrash): number {
  const time = Date.parse(submitted ?? '');
  if (!Number.isNaN(time)) return time;
  const [year, month, day] = [uuid.slice(-6, -4), uuid.slice(-4, -2), uuid.slice(-2)].map(Number);
  return Date.UTC(2000 + (year ?? 0), (month ?? 1) - 1, day);
}

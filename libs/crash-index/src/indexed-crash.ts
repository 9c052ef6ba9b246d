import type { ProcessedCrash } from '#antenna/processed-crash';

/** What the index knows of a crash: a closed list, so that nothing protected gets into it. */
export interface IndexedCrash {
  readonly crashId: string;
  readonly signature: string;
  readonly reason: string | null;
  readonly product: string | null;
  readonly version: string | null;
  readonly channel: string | null;
  readonly process: string;
  /** Epoch milliseconds. */
  readonly submittedAt: number;
}

/** Values come from clients; those that people use are far shorter. */
const maxLength = 255;

export function indexedCrash(crash: ProcessedCrash): IndexedCrash {
  const { uuid, signature, reason, product, version, release_channel: channel } = crash;
  return {
    crashId: uuid,
    signature: bounded(signature),
    reason: orNull(reason),
    product: orNull(product),
    version: orNull(version),
    channel: orNull(channel),
    process: bounded(crash.process_type),
    submittedAt: submittedAt(crash),
  };
}

function orNull(value: string | null): string | null {
  return value === null ? null : bounded(value);
}

/** SQLite ends some strings at a NUL. */
function bounded(value: string): string {
  return value.slice(0, maxLength).replaceAll('\0', '\u{FFFD}').toWellFormed();
}

/** The day in the crash id, if the time is not known. */
function submittedAt({ submitted_timestamp: submitted, uuid }: ProcessedCrash): number {
  const time = Date.parse(submitted ?? '');
  if (!Number.isNaN(time)) return time;
  const [year, month, day] = [uuid.slice(-6, -4), uuid.slice(-4, -2), uuid.slice(-2)].map(Number);
  return Date.UTC(2000 + (year ?? 0), (month ?? 1) - 1, day);
}

import { createHash } from 'node:crypto';
import { CrashReport } from './crash-report.js';
import { firefoxAnnotations, sampleUuid } from './sample-annotations.js';
import { minidumpLike } from './sample-minidump.js';
import { seededRandom } from './seeded-random.js';

export interface SampleOptions {
  /** Reports with the same seed, size and time are the same, byte for byte; 1 unless given. */
  readonly seed?: number;
  /** Size of the minidump in bytes; 600 KiB unless given, about Firefox's median. */
  readonly dumpBytes?: number;
  /** Added to the sample's annotations, or put in their place. */
  readonly annotations?: Readonly<Record<string, unknown>>;
  /** The time of the crash; build id and install time lie shortly before it. The present unless given. */
  readonly now?: Date;
  /** `extra`: one JSON part, as Firefox sends them. `fields`: one part for each, as Crashpad does. */
  readonly annotationsAs?: 'extra' | 'fields';
}

const defaultDumpBytes = 600 * 1024;
const defaultSeed = 1;
/** Keeps the two halves of a sample independent: one can be had without the other. */
const minidumpSeed = 0x50444d4d;

/**
 * A report as a Firefox nightly on Windows would send it: about 150 annotations and a minidump. Nothing in it
 * comes from a real crash. Not compressed, as Firefox's reporter does not compress.
 */
export function sampleReport(options: SampleOptions = {}): CrashReport {
  const minidump = sampleMinidump(options);
  const annotations = {
    ...sampleAnnotations(options),
    MinidumpSha256Hash: createHash('sha256').update(minidump).digest('hex'),
    ...options.annotations,
  };
  const report =
    options.annotationsAs === 'fields'
      ? new CrashReport().inStyleOf('crashpad').withAnnotations(asText(annotations))
      : new CrashReport().withExtra(annotations);
  const filename = `${sampleUuid(seededRandom(options.seed ?? defaultSeed))}.dmp`;
  return report.withDump('upload_file_minidump', minidump, { filename });
}

/** The annotations of {@link sampleReport} without the one that depends on its minidump. */
export function sampleAnnotations(
  options: Pick<SampleOptions, 'seed' | 'now'> = {},
): Record<string, string> {
  return firefoxAnnotations(seededRandom(options.seed ?? defaultSeed), options.now ?? new Date());
}

/** The minidump of {@link sampleReport}. */
export function sampleMinidump(
  options: Pick<SampleOptions, 'seed' | 'now' | 'dumpBytes'> = {},
): Buffer {
  return minidumpLike(options.dumpBytes ?? defaultDumpBytes, {
    random: seededRandom((options.seed ?? defaultSeed) ^ minidumpSeed),
    takenAt: options.now ?? new Date(),
  });
}

function asText(annotations: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

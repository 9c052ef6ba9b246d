import { createHash } from 'node:crypto';
import { CrashReport } from './crash-report.js';
import { sampleAnnotations, sampleUuid } from './sample-annotations.js';
import { sampleMinidump } from './sample-minidump.js';
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

/**
 * A report as a Firefox nightly on Windows would send it: about 150 annotations and a minidump. Nothing in it
 * comes from a real crash. Not compressed, as Firefox's reporter does not compress.
 */
export function sampleReport(options: SampleOptions = {}): CrashReport {
  const random = seededRandom(options.seed ?? 1);
  const now = options.now ?? new Date();
  const minidump = sampleMinidump(options.dumpBytes ?? defaultDumpBytes, random, now);
  const annotations = {
    ...sampleAnnotations(random, now),
    MinidumpSha256Hash: createHash('sha256').update(minidump).digest('hex'),
    ...options.annotations,
  };
  const report =
    options.annotationsAs === 'fields'
      ? new CrashReport().inStyleOf('crashpad').withAnnotations(asText(annotations))
      : new CrashReport().withExtra(annotations);
  return report.withDump('upload_file_minidump', minidump, {
    filename: `${sampleUuid(random)}.dmp`,
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

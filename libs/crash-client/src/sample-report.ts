import { createHash } from 'node:crypto';
import { CrashReport } from './crash-report.js';
import fixture from './sample-annotations.json' with { type: 'json' };
import { fillWithMemoryWords, minidumpTemplate } from './minidump/minidump-template.js';
import { type SeededRandom, seededRandom } from './seeded-random.js';

export interface SampleOptions {
  /** Reports with the same seed, size and time are the same, byte for byte. Default: 1. */
  readonly seed?: number;
  /** Size of the minidump in bytes. Default: 600 KiB, about Firefox's median. */
  readonly dumpBytes?: number;
  /** Added to the sample's annotations, or replacing them. */
  readonly annotations?: Readonly<Record<string, unknown>>;
  /** Time of the crash, shortly after the build and the installation. Default: now. */
  readonly now?: Date;
  /** `extra`: one JSON part, as Firefox sends them. `fields`: a part for each, as Crashpad does. */
  readonly annotationsAs?: 'extra' | 'fields';
}

const defaultDumpBytes = 600 * 1024;
const defaultSeed = 1;
/** Below it, a minidump has one thread and few modules. */
const smallestFullDump = 128 * 1024;
/** Makes the minidump independent of the annotations, so that each can be generated alone. */
const minidumpSeed = 0x50444d4d;
const secondsPerDay = 86_400;

/**
 * A report as a Firefox nightly on Windows sends it: 150 annotations and a minidump. Nothing in it comes from a real
 * crash. Not compressed, as Firefox's reporter does not compress.
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
      ? new CrashReport().inStyleOf('crashpad').withAnnotations(asStrings(annotations))
      : new CrashReport().withExtra(annotations);
  const filename = `${sampleUuid(seededRandom(options.seed ?? defaultSeed))}.dmp`;
  return report.withDump('upload_file_minidump', minidump, { filename });
}

/**
 * The annotations of {@link sampleReport} without the one that depends on its minidump: those of the fixture, under the
 * names that Firefox uses (toolkit/crashreporter/CrashAnnotations.yaml) except for the feature flags, and those that
 * differ between crashes. There is no `ProcessType`, because only child processes have one, and no `Comments`, because
 * few users write any. All values are strings, as Firefox writes them.
 */
export function sampleAnnotations(
  options: Pick<SampleOptions, 'seed' | 'now'> = {},
): Record<string, string> {
  const random = seededRandom(options.seed ?? defaultSeed);
  const now = options.now ?? new Date();
  const crashSeconds = Math.floor(now.getTime() / 1000);
  const uptimeSeconds = 30 + random.below(20_000);
  const builtAt = new Date(now.getTime() - (1 + random.below(9)) * secondsPerDay * 1000);
  const buildId = builtAt.toISOString().replace(/\D/g, '').slice(0, 14);
  const { TelemetryEnvironment: environment, ...annotations } = fixture;
  return {
    ...annotations,
    ApplicationBuildID: buildId,
    AvailablePhysicalMemory: String(random.below(16 * 1024 ** 3)),
    BuildID: buildId,
    CrashTime: String(crashSeconds),
    InstallTime: String(crashSeconds - random.below(90 * secondsPerDay)),
    StartupTime: String(crashSeconds - uptimeSeconds),
    SystemMemoryUsePercentage: String(40 + random.below(55)),
    TelemetryClientId: sampleUuid(random),
    TelemetryEnvironment: JSON.stringify({
      ...environment,
      build: { ...environment.build, buildId },
      profile: { creationDate: Math.floor(crashSeconds / secondsPerDay) - random.below(2000) },
    }),
    TelemetryProfileGroupId: sampleUuid(random),
    TelemetrySessionId: sampleUuid(random),
    UptimeTS: `${uptimeSeconds}.${random.below(1_000_000)}`,
    URL: `https://www.example.org/articles/${random.below(100_000)}`,
  };
}

/** The minidump of {@link sampleReport}; it is cut if the size is too small for its streams. */
export function sampleMinidump(
  options: Pick<SampleOptions, 'seed' | 'now' | 'dumpBytes'> = {},
): Buffer {
  const size = options.dumpBytes ?? defaultDumpBytes;
  const random = seededRandom((options.seed ?? defaultSeed) ^ minidumpSeed);
  const template = minidumpTemplate('windows', size < smallestFullDump ? 'small' : 'full');
  const bytes = Buffer.alloc(Math.max(size, template.bytes));
  const memory = bytes.subarray(template.bytes);
  const start = template.start({
    takenAt: options.now ?? new Date(),
    processId: 4 * (1 + random.below(8000)),
    random,
    memoryBytes: memory.length,
  });
  start.copy(bytes);
  template.rest.copy(bytes, start.length);
  fillWithMemoryWords(memory, random);
  return bytes.subarray(0, size);
}

/** A random identifier in the form of a version 4 UUID. */
function sampleUuid(random: SeededRandom): string {
  const variant = random.oneOf(['8', '9', 'a', 'b']);
  return `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-${variant}${random.hex(3)}-${random.hex(12)}`;
}

function asStrings(annotations: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

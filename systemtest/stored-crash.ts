import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import { crashIdDate, serializeDumpNames } from '#antenna/crash-report';

import { userAgent } from './marked-report.js';
import type { Acknowledged } from './test-run.js';

/** The objects of one crash. */
export interface StoredCrash {
  readonly rawCrash: Buffer;
  readonly dumpNames: Buffer;
  /** By their part names. */
  readonly dumps: ReadonlyMap<string, Buffer>;
}

interface RawCrash {
  readonly [name: string]: unknown;
  readonly metadata?: {
    readonly payload?: unknown;
    readonly payload_compressed?: unknown;
    readonly user_agent?: unknown;
    readonly dump_checksums?: Readonly<Record<string, string>>;
  };
}

/** The fields that the collector adds to the annotations (docs/architecture.md, "Stored layout"). */
const added: ReadonlySet<string> = new Set(['metadata', 'submitted_timestamp', 'uuid', 'version']);

/** Describes the differences between the stored crash and what was sent. */
export function differences(sent: Acknowledged, stored: StoredCrash): string[] {
  const rawCrash = JSON.parse(stored.rawCrash.toString()) as RawCrash;
  return [
    ...annotationDifferences(sent, rawCrash),
    ...collectorDifferences(sent, rawCrash),
    ...dumpDifferences(sent, stored, rawCrash),
  ];
}

function annotationDifferences({ report }: Acknowledged, rawCrash: RawCrash): string[] {
  const names = Object.keys(rawCrash);
  const unsorted = !isDeepStrictEqual(names, names.toSorted());
  return [
    ...Object.entries(report.annotations)
      .filter(([name, value]) => !isDeepStrictEqual(rawCrash[name], value))
      .map(([name]) => `annotation ${name} differs from what was sent`),
    ...names
      .filter((name) => !added.has(name) && !(name in report.annotations))
      .map((name) => `annotation ${name} was not sent`),
    ...(unsorted ? ['the keys of the raw crash are not sorted'] : []),
  ];
}

function collectorDifferences({ crashId, report }: Acknowledged, rawCrash: RawCrash): string[] {
  const day = String(rawCrash['submitted_timestamp']).slice(0, 10).replaceAll('-', '');
  const expected: [what: string, actual: unknown, expected: unknown][] = [
    ['uuid', rawCrash['uuid'], crashId],
    ['version', rawCrash['version'], 2],
    ['the day of submitted_timestamp', day, crashIdDate(crashId)],
    [
      'metadata.payload',
      rawCrash.metadata?.payload,
      report.annotationsAs === 'extra' ? 'json' : 'multipart',
    ],
    [
      'metadata.payload_compressed',
      rawCrash.metadata?.payload_compressed,
      report.encoding === 'identity' ? '0' : '1',
    ],
    ['metadata.user_agent', rawCrash.metadata?.user_agent, userAgent],
  ];
  return expected
    .filter(([, actual, expected]) => actual !== expected)
    .map(
      ([what, actual, expected]) =>
        `${what} is ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`,
    );
}

function dumpDifferences({ report }: Acknowledged, stored: StoredCrash, raw: RawCrash): string[] {
  const checksums = raw.metadata?.dump_checksums ?? {};
  const problems: string[] = [];
  if (!stored.dumpNames.equals(serializeDumpNames(Object.keys(report.dumps))))
    problems.push(`the dump names are ${stored.dumpNames.toString().slice(0, 200)}`);
  for (const [name, bytes] of Object.entries(report.dumps)) {
    if (stored.dumps.get(name)?.equals(bytes) !== true)
      problems.push(`dump ${name} differs from what was sent`);
    if (checksums[name] !== checksum(bytes, checksums[name]))
      problems.push(`the checksum of dump ${name} is wrong`);
  }
  return problems;
}

/** By the algorithm whose digest has this length: md5 (32 hex digits) or sha256 (64). */
function checksum(bytes: Buffer, like = ''): string {
  return createHash(like.length === 64 ? 'sha256' : 'md5')
    .update(bytes)
    .digest('hex');
}

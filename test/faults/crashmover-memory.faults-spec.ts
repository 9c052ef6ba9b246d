import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

import { openEmbeddedBackend } from '#antenna/backends';
import { type BlobStore, openS3BlobStore } from '#antenna/blob-store';
import { serializeIntakeMessage, singleCrashMessage } from '#antenna/crash-report';
import { type MessageQueue, openSqsQueue } from '#antenna/message-queue';
import {
  freePort,
  type RunningProcess,
  startAwsStandIns,
  startProcess,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import {
  batchOf,
  type ReportContent,
  reportWith,
  type StagedReport,
} from '../../apps/crashmover/test/staged-report.js';
import { IngestConfig } from '../../apps/ingest/src/ingest.config.js';

const root = resolve(import.meta.dirname, '../..');
const MB = 1_000_000;
const MiB = 1024 * 1024;

const dump = (bytes: number): ReportContent => ({
  dumps: { upload_file_minidump: randomBytes(bytes) },
});
/** As an ingest without a cap on dumps staged it. */
const manyDumps: ReportContent = {
  dumps: Object.fromEntries(
    Array.from({ length: 2000 }, (_, n) => [`upload_file_${n}`, Buffer.from('x')]),
  ),
};

/** What the test puts reports into, and how crashmover finds it. */
interface Backend {
  readonly staging: BlobStore;
  readonly intake: MessageQueue;
  readonly processing: MessageQueue;
  readonly deadLetters: MessageQueue;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

async function onDirectories(directory: string): Promise<Backend> {
  return { ...(await openEmbeddedBackend(directory)), env: { ANTENNA_DATA_DIR: directory } };
}

async function onS3AndSqs(): Promise<Backend> {
  const deadLetterQueue = 'antenna-intake-dead-letter';
  const standIns = await startAwsStandIns({
    buckets: ['staging', 'crashes'],
    queues: [
      { name: 'antenna-intake', deadLetter: { queue: deadLetterQueue, maxReceiveCount: 1000 } },
      'antenna-processing',
    ],
  });
  const { connection, environment } = standIns;
  const queue = async (queueName: string): Promise<MessageQueue> =>
    await openSqsQueue({ ...connection, queueName });
  return {
    staging: await openS3BlobStore({ ...connection, bucket: 'staging' }),
    intake: await queue('antenna-intake'),
    processing: await queue('antenna-processing'),
    deadLetters: await queue(deadLetterQueue),
    env: {
      ...environment,
      BACKEND: 'aws',
      S3_ENDPOINT: connection.endpoint,
      S3_PATH_STYLE: 'true',
      SQS_ENDPOINT: connection.endpoint,
      STAGING_BUCKET: 'staging',
      CRASH_BUCKET: 'crashes',
    },
    close: async () => await standIns.stop(),
  };
}

/** Bytes. */
async function memoryLimitOfTheChart(): Promise<number> {
  const values = parse(await readFile(`${root}/charts/antenna/values.yaml`, 'utf8'));
  const limit = /^(\d+)Mi$/.exec(values.crashmover.resources.limits.memory);
  return Number(limit?.[1]) * MiB;
}

async function peakMemory({ pid }: RunningProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** Of as many reports as ingest ships together by default. */
const batches = (count: number, dumpBytes: number): ReportContent[][] =>
  Array.from({ length: count }, () =>
    Array.from({ length: new IngestConfig().shipBatchCount }, () => dump(dumpBytes)),
  );

/** A report is staged alone, a list of reports as one object. */
type Shipment = ReportContent | readonly ReportContent[];

describe.each<[string, (directory: string) => Promise<Backend>, readonly Shipment[]]>([
  [
    'directories',
    onDirectories,
    [
      ...Array.from({ length: 16 }, () => dump(25 * MB)),
      ...Array.from({ length: 4 }, () => dump(100 * MB)),
      ...Array.from({ length: 2 }, () => manyDumps),
      ...batches(20, 2.6 * MB),
    ],
  ],
  // The stand-in for S3 takes no larger objects.
  [
    'S3 and SQS',
    onS3AndSqs,
    [
      ...Array.from({ length: 64 }, () => dump(10 * MB)),
      ...Array.from({ length: 2 }, () => manyDumps),
      ...batches(20, 1.7 * MB),
    ],
  ],
])('crashmover on %s with the memory that the chart gives it', (_, start, shipments) => {
  let directory: TemporaryDirectory;
  let backend: Backend;
  let crashmover: RunningProcess | undefined;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    backend = await start(directory.path);
  });

  afterEach(async () => {
    crashmover?.kill('SIGKILL');
    await crashmover?.exit;
    await backend.close();
    await directory.remove();
  });

  it('moves the largest envelopes and batches and those with the most dumps, and stays below the limit', async () => {
    let count = 0;
    for (const shipment of shipments) {
      const reports = [shipment].flat().map(reportWith);
      count += reports.length;
      const [{ crashId, verdict, key, envelope }] = reports as [StagedReport];
      const { message, bytes } =
        reports.length > 1
          ? batchOf(reports)
          : {
              message: singleCrashMessage({ crashId, key, size: envelope.length, verdict }),
              bytes: envelope,
            };
      await backend.staging.put(message.key, bytes);
      await backend.intake.send([{ body: serializeIntakeMessage(message) }]);
    }
    const limit = await memoryLimitOfTheChart();
    crashmover = await startProcess([`${root}/dist/apps/crashmover/src/main.js`], {
      env: {
        ...backend.env,
        HOST: '127.0.0.1',
        PORT: String(await freePort()),
        NODE_OPTIONS: `--max-old-space-size=${limit / 2 / MiB}`,
        CONCURRENCY: '64',
      },
    });
    const moved = async (): Promise<boolean> =>
      (await backend.processing.depth()).visible === count;
    await waitFor(moved, { timeoutMs: 240_000, describe: 'all crashes to be published' });

    const peak = await peakMemory(crashmover);
    process.stdout.write(`peak memory of crashmover: ${Math.round(peak / MiB)} MiB\n`);
    expect(limit).toBeGreaterThan(0);
    expect(peak).toBeLessThan(limit);
    const deadLetters = await backend.deadLetters.depth();
    expect(deadLetters.visible + deadLetters.inFlight).toBe(0);
  });
});

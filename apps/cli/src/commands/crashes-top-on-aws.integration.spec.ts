import { type BlobStore, openDirectoryBlobStore, openS3BlobStore } from '#antenna/blob-store';
import { processedCrashKey, rawCrashKey } from '#antenna/crash-report';
import type { ProcessedCrash } from '#antenna/processed-crash';
import {
  type AwsStandIns,
  startAwsStandIns,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { aProcessedCrash, putProcessedCrash } from '../../test/a-processed-crash.js';
import { type CapturedRun, runCaptured } from '../../test/run-captured.js';

/** The tests' time is 2026-11-20T10:00:00Z. */
const idOf = (number: number, day: string): string =>
  `${String(number).padStart(8, '0')}-cbbf-4589-a673-34f8002611${day}`;
const damaged = idOf(6, '20');
const unreadable = idOf(4, '20');

const oftenAt = (submitted_timestamp: string): Partial<ProcessedCrash> => ({
  signature: 'often',
  submitted_timestamp,
});

const expected = `crashes  first seen        last seen         versions  trend    signature
      3  2026-11-19 03:30  2026-11-20 09:00  1.0, 2.0  ·····▄█  often
      1  2026-11-20 09:00  2026-11-20 09:00  1.0       ······█  rare
4 crashes, 2 signatures
`;

let standIns: AwsStandIns;
let data: TemporaryDirectory;
/** What the paths of refused requests contain. */
let refused: string | undefined;

function refuse({ url = '' }: { url?: string | undefined }): void {
  const [path = ''] = url.split('?');
  if (refused !== undefined && path.includes(refused))
    throw Object.assign(new Error('refused'), { statusCode: 403 });
}

beforeAll(async () => {
  standIns = await startAwsStandIns({ buckets: ['crashes'], onRequest: refuse });
  // The SDK's own chain of credentials looks only here.
  Object.assign(process.env, standIns.environment);
  const bucket = await openS3BlobStore({
    ...standIns.connection,
    bucket: 'crashes',
    prefix: 'antenna',
    forcePathStyle: true,
  });
  data = await temporaryDirectory();
  const directory = await openDirectoryBlobStore({ directory: data.path });
  for (const store of [bucket, directory]) await putCrashes(store);
});

afterAll(async () => {
  await standIns.stop();
  await data.remove();
});

/** Of two days and an older one, with one that is not processed and one whose processed crash is damaged. */
async function putCrashes(store: BlobStore): Promise<void> {
  const processed = [
    aProcessedCrash(idOf(1, '19'), oftenAt('2026-11-19T03:30:00.000000+00:00')),
    aProcessedCrash(idOf(2, '19'), {
      ...oftenAt('2026-11-19T23:30:00.000000+00:00'),
      version: '2.0',
    }),
    aProcessedCrash(idOf(3, '20'), { signature: 'often' }),
    aProcessedCrash(unreadable, { signature: 'rare' }),
    aProcessedCrash(idOf(5, '01'), oftenAt('2026-11-01T03:30:00.000000+00:00')),
  ];
  for (const crash of processed) await putProcessedCrash(store, crash);
  await store.put(processedCrashKey(damaged), Buffer.from('{"uuid":'));
  const ids = [...processed.map(({ uuid }) => uuid), damaged, idOf(8, '20')];
  for (const crashId of ids) await store.put(rawCrashKey(crashId), Buffer.from('{}'));
}

async function top(stored: string, ...args: string[]): Promise<CapturedRun> {
  const { endpoint, region } = standIns.connection;
  const environment = { AWS_REGION: region, S3_ENDPOINT: endpoint, S3_PATH_STYLE: 'true' };
  return await runCaptured(['crashes', 'top', '--stored', stored, ...args], { environment });
}

it('prints the same table of a bucket as of a directory', async () => {
  refused = undefined;
  const table = { code: 0, stdout: expected, stderr: '' };
  expect(await top('s3://crashes/antenna')).toEqual(table);
  expect(await top(data.path)).toEqual(table);
});

it('names the object that it may not read, and prints no table without it', async () => {
  refused = processedCrashKey(unreadable);
  const { code, stdout, stderr } = await top('s3://crashes/antenna');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^error: cannot get .*HTTP 403.*\n$/);
  expect(stderr).toContain(processedCrashKey(unreadable));
});

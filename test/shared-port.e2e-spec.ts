import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  aReport,
  type RunningProcess,
  startProcess,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';

import { CollectorProcess } from './collector-process.js';

const ingestEntry = resolve(import.meta.dirname, '../dist/apps/ingest/src/main.js');
/** Enough that the system hardly gives all of them to the same process. */
const uploads = 32;

let directory: TemporaryDirectory;
let collector: CollectorProcess;
let second: RunningProcess;

beforeEach(async () => {
  directory = await temporaryDirectory();
  collector = await CollectorProcess.at(directory.path, { REUSE_PORT: 'true' });
  await collector.start();
  second = await startProcess([ingestEntry], {
    env: {
      ...collector.env,
      BACKEND: 'embedded',
      SPOOL_DIR: join(directory.path, 'spool-2'),
      THROTTLE_CONFIG_URL: collector.address('throttleConfig'),
    },
  });
  await second.waitForLine('"message":"listening on', { timeoutMs: 30_000 });
});

afterEach(async () => {
  await second.stop();
  await collector.kill();
  await directory.remove();
});

const report = aReport().withDump('upload_file_minidump', Buffer.alloc(5000)).build();

/** An upload over a connection of its own that a process has begun to read. */
async function begin(): Promise<ClientRequest> {
  const headers = { ...report.headers, Expect: '100-continue' };
  const upload = request(collector.url, { method: 'POST', agent: false, headers });
  upload.flushHeaders();
  await once(upload, 'continue');
  upload.write(report.body.subarray(0, 1000));
  return upload;
}

/** Sends the rest and returns the crash id. */
async function finish(upload: ClientRequest): Promise<string> {
  upload.end(report.body.subarray(1000));
  const [response] = (await once(upload, 'response')) as [IncomingMessage];
  const answer = await text(response);
  expect(answer).toMatch(/^CrashID=bp-/);
  return answer.slice('CrashID=bp-'.length).trim();
}

const ofSecond = (id: string): boolean => second.stdout.some((line) => line.includes(id));
const times = async <T>(work: () => Promise<T>): Promise<T[]> =>
  await Promise.all(Array.from({ length: uploads }, work));

describe('two processes that share a port', () => {
  it('both receive reports, and none is lost when one of them stops', async () => {
    const begun = await times(begin);
    second.kill('SIGTERM');
    await second.waitForLine('SIGTERM');
    const before = await Promise.all(begun.map(finish));
    expect(await second.exit).toEqual({ code: 0, signal: null });
    const after = await times(async () => await finish(await begin()));

    expect(before.filter(ofSecond).length).toBeGreaterThan(0);
    expect(before.filter(ofSecond).length).toBeLessThan(uploads);
    expect(after.filter(ofSecond)).toEqual([]);
    await collector.drained();
    expect((await collector.storedCrashIds()).toSorted()).toEqual([...before, ...after].toSorted());
  }, 60_000);
});

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openS3BlobStore } from '#antenna/blob-store';
import { openSqsQueue } from '#antenna/message-queue';
import {
  CrashReport,
  startAwsStandIns,
  startProcess,
  submit,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { cliEntry, CollectorProcess } from './collector-process.js';

const token = 'a-secret-of-the-submitter';
const minidump = Buffer.from(Array.from({ length: 70_000 }, (_, n) => n % 251));
minidump.write('MDMP');

/** What the other collector must store as the first one did. */
const reports: Readonly<Record<string, { report: CrashReport; userAgent: string }>> = {
  'JSON, gzip': {
    report: new CrashReport()
      .withExtra(
        '{"ProductName":"Firefox","ReleaseChannel":"nightly","Email":"a@b","N":1.0,"Big":[18446744073709551615],"S":"\\ud800"}',
      )
      .withDump('upload_file_minidump', minidump, { filename: '0e1.dmp' })
      .withDump('upload_file_minidump_browser', Buffer.from('MDMP of the browser'))
      .gzipped(),
    userAgent: 'Firefox crashreporter/1.0 é',
  },
  'key/value, plain': {
    report: new CrashReport()
      .inStyleOf('crashpad')
      .withAnnotations({
        ProductName: 'Thunderbird',
        ReleaseChannel: 'nightly',
        'a"%22\\b\r\n': 'Größe 😀\r\n',
        version: 'mine',
      })
      .withDump('upload_file_minidump', minidump),
    userAgent: '',
  },
};

let directory: TemporaryDirectory;
let first: CollectorProcess;
let second: CollectorProcess;

beforeEach(async () => {
  directory = await temporaryDirectory();
  const settings = { SPOOL_MIN_FREE: '0B', SUBMITTER_TOKEN: token };
  first = await CollectorProcess.at(join(directory.path, 'first'), settings);
  second = await CollectorProcess.at(join(directory.path, 'second'), settings);
  await Promise.all([first.start(), second.start()]);
});

afterEach(async () => {
  await Promise.all([first.kill(), second.kill()]);
  await directory.remove();
});

async function forward(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return await startProcess([cliEntry, 'forward', '--data-dir', first.dataDirectory, ...args], {
    env: { FORWARD_TOKEN: token, ...env },
  });
}

/** Sends reports to the first collector until they are stored. */
async function collect(all: Iterable<{ report: CrashReport; userAgent: string }>) {
  const ids: string[] = [];
  for (const { report, userAgent } of all) {
    const headers: Record<string, string> = userAgent === '' ? {} : { 'User-Agent': userAgent };
    const { crashId, body } = await submit(first.url, report.build(), { headers });
    ids.push(crashId ?? body);
  }
  await first.drained();
  return ids;
}

const dayOf = (crashId: string): string => `20${crashId.slice(-6)}`;

/** The stored objects of a crash, without what the collector says about its own receipt. */
async function storedAt(collector: CollectorProcess, crashId: string) {
  const rawCrash = await collector.stored('raw_crash', dayOf(crashId), crashId);
  const names = await collector.stored('dump_names', crashId);
  const dumps = (JSON.parse(names.toString()) as string[]).map((name) =>
    name === 'upload_file_minidump' ? 'dump' : name,
  );
  return {
    rawCrash: rawCrash
      .toString()
      .replace(/"collector_notes":\[.*?\]/, '')
      .replace(/"payload_size":\d+/, '')
      .replace(/"submitted_timestamp":"[^"]+"/, ''),
    dumps: await Promise.all(dumps.map((name) => collector.stored(name, crashId))),
  };
}

async function keysOf(crashId: string): Promise<string[]> {
  const files = await readdir(join(first.dataDirectory, 'crashes'), { recursive: true });
  return files.filter((file) => file.endsWith(`/${crashId}`));
}

async function expectSameAtBoth(ids: readonly string[]): Promise<void> {
  await second.drained();
  expect((await second.storedCrashIds()).toSorted()).toEqual(ids.toSorted());
  for (const id of ids) expect(await storedAt(second, id)).toEqual(await storedAt(first, id));
}

describe('antenna forward', () => {
  it('brings reports of a queue to another collector byte for byte, with ids and user agents', async () => {
    const ids = await collect(Object.values(reports));
    expect((await storedAt(first, ids[0] ?? '')).rawCrash).not.toContain('a@b');
    const run = await forward(['--url', second.url, '--queue', 'processing', '--follow', '--json']);
    await waitFor(() => run.stdout.length === ids.length);
    run.kill('SIGTERM');
    expect(await run.exit).toEqual({ code: 130, signal: null });
    await expectSameAtBoth(ids);
    expect(await first.publishedIds()).toEqual([]);
    const raw = await second.stored('raw_crash', dayOf(ids[0] ?? ''), ids[0] ?? '');
    expect(raw.toString()).toContain('"N":1.0,');
    expect(JSON.parse(raw.toString()).metadata.collector_notes).toEqual([]);
  }, 60_000);

  it('brings crashes of a bucket, named by SQS, to another collector, and deletes the messages', async () => {
    const ids = await collect(Object.values(reports));
    const standIns = await startAwsStandIns({ buckets: ['crashes'] });
    try {
      const { connection } = standIns;
      const bucket = await openS3BlobStore({
        ...connection,
        bucket: 'crashes',
        prefix: 'a/',
        forcePathStyle: true,
      });
      for (const id of ids) {
        for (const key of await keysOf(id))
          await bucket.put(key, await readFile(join(first.dataDirectory, 'crashes', key)));
      }
      const queueUrl = await standIns.createQueue('stage');
      const queue = await openSqsQueue({ ...connection, queueUrl });
      await queue.send(ids.map((body) => ({ body })));
      const run = await forward(
        ['--url', second.url, '--stored', 's3://crashes/a', '--queue', queueUrl],
        {
          ...standIns.environment,
          S3_ENDPOINT: connection.endpoint,
          SQS_ENDPOINT: connection.endpoint,
          S3_PATH_STYLE: 'true',
        },
      );
      expect({ ...(await run.exit), stderr: run.stderr }).toEqual({
        code: 0,
        signal: null,
        stderr: [],
      });
      await expectSameAtBoth(ids);
      expect(await queue.depth()).toMatchObject({ visible: 0, inFlight: 0 });
      await queue.close();
    } finally {
      await standIns.stop();
    }
  }, 60_000);

  it('skips no crash when it is killed and run again, and repeats at most those in flight', async () => {
    const count = 30;
    const concurrency = 4;
    const ids = await collect(
      Array.from({ length: count / 2 }, () => Object.values(reports)).flat(),
    );
    const state = join(directory.path, 'state');
    const args = ['--url', second.url, '--since', dayOf(ids[0] ?? ''), '--state', state];
    // Slow enough to be killed long before the end.
    const slowly = ['--concurrency', `${concurrency}`, '--rate', '5', '--json'];
    const killed = await forward([...args, ...slowly]);
    await waitFor(() => killed.stdout.length >= 10);
    killed.kill('SIGKILL');
    await killed.exit;
    const before = (await readFile(state, 'utf8')).split('\n').length - 2;
    expect(before).toBeGreaterThanOrEqual(10);
    expect(before).toBeLessThan(count);

    const resumed = await forward([...args, '--rate', '1000']);
    expect((await resumed.exit).code).toBe(0);
    expect(resumed.stdout[0]).toContain(`forwarded ${count - before} of ${count - before} crashes`);
    await expectSameAtBoth(ids);
    const received = (await second.publishedIds()).length;
    expect(received).toBeGreaterThanOrEqual(count);
    expect(received).toBeLessThanOrEqual(count + concurrency);
  }, 120_000);
});

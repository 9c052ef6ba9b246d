import { mkdir } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { createCrashId } from '#antenna/crash-report';
import { aReport, submit, temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { CollectorProcess } from './collector-process.js';

const token = 'a-secret-of-the-submitter';
const settings = {
  SUBMITTER_TOKEN: token,
  SPOOL_MIN_FREE: '0B',
  RETRY_BASE: '50ms',
  SHIP_CONCURRENCY: '8',
};

let directory: TemporaryDirectory;
const collectors: CollectorProcess[] = [];
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(async () => {
  for (const collector of collectors.splice(0)) await collector.kill();
  await directory.remove();
});

async function start(env: Readonly<Record<string, string>> = {}): Promise<CollectorProcess> {
  const collector = await CollectorProcess.at(directory.path, { ...settings, ...env });
  collectors.push(collector);
  await collector.start();
  return collector;
}

/** Sends the second report when the first is acknowledged, and returns the id of both. */
async function submitPair(first: string, second: string, n: number, agent: Agent): Promise<string> {
  const uuid = createCrashId({ now: new Date(), verdict: 'accept' });
  for (const [index, url] of [first, second].entries()) {
    const report = aReport()
      .withAnnotation('uuid', uuid)
      .withAnnotation('Report', `${n}-${index + 1}`)
      .withDump('upload_file_minidump', Buffer.from(`${n}-${index + 1}`));
    const headers = { Authorization: `Bearer ${token}` };
    const { crashId } = await submit(url, report.build(), { headers, agent });
    expect(crashId).toBe(uuid);
  }
  return uuid;
}

async function storedReports(collector: CollectorProcess, ids: readonly string[]) {
  return await Promise.all(
    ids.map(async (id) => {
      const rawCrash = await collector.stored('raw_crash', `20${id.slice(-6)}`, id);
      const dump = await collector.stored('dump', id);
      return [JSON.parse(rawCrash.toString()).Report, dump.toString()];
    }),
  );
}

async function submitPairs(
  pairs: number,
  first: CollectorProcess,
  second: CollectorProcess,
): Promise<string[]> {
  const ids: string[] = [];
  const agent = new Agent({ keepAlive: true });
  const next = async (client: number): Promise<void> => {
    for (let n = client; n < pairs; n += 8)
      ids[n] = await submitPair(first.url, second.url, n, agent);
  };
  await Promise.all(Array.from({ length: 8 }, (_, client) => next(client)));
  agent.destroy();
  return ids;
}

const laterOnes = (pairs: number): string[][] =>
  Array.from({ length: pairs }, (_, n) => [`${n}-2`, `${n}-2`]);

describe('two reports of the same submitted uuid', () => {
  it('leave the one stored that was acknowledged later, in each of 200 pairs', async () => {
    const collector = await start();
    const ids = await submitPairs(200, collector, collector);
    await collector.drained();
    expect(await storedReports(collector, ids)).toEqual(laterOnes(200));
    expect(new Set(await collector.publishedIds())).toEqual(new Set(ids));
    expect(await collector.deadLetterIds()).toEqual([]);
  }, 120_000);

  it('leave the later one stored when two ingests and two crashmovers share the stores', async () => {
    const collector = await start();
    const spool = join(directory.path, 'other-spool');
    await mkdir(spool);
    const other = await start({ SPOOL_DIR: spool });
    const ids = await submitPairs(50, collector, other);
    await collector.drained();
    expect(await storedReports(collector, ids)).toEqual(laterOnes(50));
    expect(new Set(await collector.publishedIds())).toEqual(new Set(ids));
    expect(await collector.deadLetterIds()).toEqual([]);
  }, 120_000);
});

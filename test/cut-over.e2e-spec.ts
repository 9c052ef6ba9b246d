/** docs/cut-over.md, steps 3 to 6, with a collector of another kind: mirror, compare, switch, go back. */
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import {
  type Predecessor,
  sampleReport,
  startPredecessor,
  submit,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { antenna, CollectorProcess } from './collector-process.js';

const patience = { timeoutMs: 30_000 };
const ignored = new Set(['host', 'connection', 'content-length', 'transfer-encoding']);

let directory: TemporaryDirectory;
let old: Predecessor;
let collector: CollectorProcess;
let proxy: Server;
/** What the proxy does; set by each step. */
let serving: 'old' | 'new' = 'old';
let isMirroring = true;
let seed = 0;

beforeAll(async () => {
  directory = await temporaryDirectory();
  old = await startPredecessor(join(directory.path, 'old'));
  collector = await CollectorProcess.at(join(directory.path, 'new'));
  await collector.start();
  proxy = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void (async () => {
      const body = await buffer(request);
      const [target, other] =
        serving === 'old' ? [old.url, collector.url] : [collector.url, old.url];
      if (isMirroring) void post(other, request, body);
      const answer = await post(target, request, body);
      response.writeHead(answer.status).end(await answer.text());
    })();
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});

afterAll(async () => {
  proxy.close();
  await collector.kill();
  await old.stop();
  await directory.remove();
});

async function post(url: string, { headers }: IncomingMessage, body: Buffer): Promise<Response> {
  const kept = Object.entries(headers).filter(([name]) => !ignored.has(name)) as [string, string][];
  return await fetch(url, { method: 'POST', headers: kept, body: new Uint8Array(body) });
}

/** Sends reports by the proxy; returns their crash ids. */
async function send(count: number): Promise<string[]> {
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/submit`;
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    seed += 1;
    const report = sampleReport({ seed, now: new Date() }).build();
    ids.push((await submit(url, report)).crashId ?? 'none');
  }
  return ids;
}

/** Differences by kind, of all crashes that both have stored. */
async function compare(...args: string[]): Promise<{ code: number | null; kinds: string[] }> {
  const stores = ['--stored', join(directory.path, 'old'), collector.dataDirectory];
  const { code, stdout } = await antenna(['compare', ...stores, '--json', ...args]);
  const { differences } = JSON.parse(stdout) as { differences: { kind: string; count: number }[] };
  return { code, kinds: differences.map(({ kind, count }) => `${count} ${kind}`) };
}

async function untilPublished(ids: readonly string[]): Promise<void> {
  await waitFor(async () => {
    const published = new Set(await collector.publishedIds());
    return ids.every((id) => published.has(id));
  }, patience);
}

it('mirrors until both store the same, switches, and goes back without losing a report', async () => {
  await send(10);
  await waitFor(async () => (await collector.storedCrashIds()).length === 10, patience);

  const accepted = join(directory.path, 'accepted.yaml');
  expect((await compare('--write-accepted', accepted)).code).toBe(1);
  const draft = await readFile(accepted, 'utf8');
  await writeFile(accepted, draft.replaceAll('reason: ""', 'reason: the old one does it so'));
  expect(await compare('--accept', accepted)).toEqual({ code: 0, kinds: [] });

  isMirroring = false;
  serving = 'new';
  const switched = await send(5);
  await untilPublished(switched);

  serving = 'old';
  await send(3);
  collector.running.kill('SIGTERM');
  expect(await collector.running.exit).toEqual({ code: 0, signal: null });
  expect(await collector.inTransit()).toEqual([]);
  expect((await compare('--accept', accepted)).kinds.toSorted()).toEqual([
    '3 only_in_a',
    '5 only_in_b',
  ]);

  const ids = join(directory.path, 'ids.txt');
  await writeFile(ids, switched.join('\n'));
  const from = ['--ids', ids, '--data-dir', collector.dataDirectory];
  expect((await antenna(['forward', '--url', old.url, ...from])).code).toBe(0);
  const { kinds } = await compare('--accept', accepted);
  expect(kinds.filter((kind) => / only_in_[ab]$/.test(kind))).toEqual(['3 only_in_a']);
}, 120_000);

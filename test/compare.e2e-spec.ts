import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  type Predecessor,
  startPredecessor,
  startProcess,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';

import { cliEntry, CollectorProcess } from './collector-process.js';

const acceptAll = resolve(
  import.meta.dirname,
  '../charts/antenna/files/throttle-rules/accept-all.yaml',
);
let directory: TemporaryDirectory;
let data: string;
let old: string;
let collector: CollectorProcess;
let predecessor: Predecessor;

beforeAll(async () => {
  directory = await temporaryDirectory();
  data = join(directory.path, 'data');
  old = join(directory.path, 'old');
  predecessor = await startPredecessor(old);
  collector = await CollectorProcess.at(data, { RULES_FILE: acceptAll });
  await collector.start();
});

afterAll(async () => {
  await collector.kill();
  await predecessor.stop();
  await directory.remove();
});

interface Group {
  readonly kind: string;
  readonly subject: string;
  readonly count: number;
}

async function compare(options: string) {
  const command = await startProcess([cliEntry, 'compare', ...options.split(' ')]);
  const { code } = await command.exit;
  return { code, stdout: command.stdout.join('\n'), lines: command.lines };
}

function groupsIn(stdout: string): string[] {
  const { differences } = JSON.parse(stdout) as { differences: Group[] };
  return differences.map(({ kind, subject, count }) => `${count} ${kind} ${subject}`).toSorted();
}

const known = [
  'key_only_in_a metadata.dump_filenames',
  'key_only_in_a metadata.payload_size',
  'key_only_in_b TelemetrySessionId',
  'key_only_in_b legacy_processing',
  'note_only_in_a Removed TelemetrySessionId from raw crash.',
  'value_type metadata.payload_compressed: string, number',
];

describe('antenna compare with another kind of collector', () => {
  it('finds exactly the known differences, and accepts them by a file with reasons', async () => {
    const draft = join(directory.path, 'accepted.yaml');
    const page = join(directory.path, 'page.html');
    const sides = `--a ${collector.url} --b ${predecessor.url} --stored ${data} ${old}`;
    const options = `${sides} --count 20 --kind firefox-main --json`;
    const first = await compare(`${options} --write-accepted ${draft} --html ${page}`);
    expect(groupsIn(first.stdout)).toEqual(known.map((difference) => `20 ${difference}`));
    expect(first).toMatchObject({
      code: 1,
      lines: expect.arrayContaining(['error: 6 differences are not accepted']),
    });
    expect(await readFile(page, 'utf8')).toContain(
      '<h1>Comparison: 6 differences are not accepted',
    );

    const unfinished = await compare(`${options} --accept ${draft}`);
    expect(unfinished.code).toBe(2);
    expect(unfinished.lines.join()).toMatch(/entry 1 of "accepted" .* needs a reason/);
    const text = await readFile(draft, 'utf8');
    await writeFile(draft, text.replaceAll('reason: ""', 'reason: the old one does it so'));
    const second = await compare(`${options} --accept ${draft}`);
    expect({ code: second.code, differences: groupsIn(second.stdout) }).toEqual({
      code: 0,
      differences: [],
    });

    const stores = await compare(`--stored ${data} ${old} --accept ${draft}`);
    expect(stores.code).toBe(0);
    expect(stores.stdout).toContain('40 stored crashes compared');
  });
});

describe('antenna compare of two collectors with the same rules', () => {
  let other: CollectorProcess;

  beforeAll(async () => {
    other = await CollectorProcess.at(join(directory.path, 'other'));
    await other.start();
  });

  afterAll(() => other.kill());

  it('finds no difference although rules decide by chance, and says so', async () => {
    const stored = join(directory.path, 'other');
    const sides = `--a ${other.url} --b ${other.url} --stored ${stored} ${stored}`;
    const { code, stdout } = await compare(`${sides} --count 100 --kind firefox-main`);
    expect(stdout).toMatch(
      /\ndecided by chance: \d+ × a is_firefox_desktop accepts, b is_firefox_desktop rejects; \d+ × /,
    );
    expect({ code, end: stdout.split('\n').slice(-2) }).toEqual({ code: 0, end: ['', 'the same'] });
  });
});

/** What a proxy does with one report. */
type Fault = 'forward' | 'drop' | 'close' | 'alter dump' | 'alter annotation' | 'answer late';

describe('antenna compare with a faulty proxy before the collector', () => {
  const faults: Fault[] = [
    'forward',
    'drop',
    'close',
    'alter dump',
    'alter annotation',
    'answer late',
  ];
  let proxy: Server;

  beforeAll(async () => {
    let received = 0;
    proxy = createServer((request, response) => {
      void (async () => {
        const fault = faults[received++];
        let body: Buffer = await buffer(request);
        if (fault === 'close') return request.socket.destroy();
        if (fault === 'drop')
          return response.end('CrashID=bp-00000000-0000-4000-8000-000000261129\n');
        if (fault === 'alter dump') body.write('N', body.indexOf('MDMP') + 100);
        if (fault === 'alter annotation') body = replaced(body, '"Mozilla"', '"Mozillo"');
        const headers = { 'content-type': request.headers['content-type'] ?? '' };
        const answer = await fetch(collector.url, {
          method: 'POST',
          headers: { ...headers, 'user-agent': request.headers['user-agent'] ?? '' },
          body: new Uint8Array(body),
        });
        if (fault === 'answer late') await delay(600);
        response.writeHead(answer.status).end(await answer.text());
        return undefined;
      })();
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
  });

  afterAll(() => {
    proxy.close();
  });

  it('catches each fault', async () => {
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/submit`;
    const sides = `--a ${collector.url} --b ${url} --stored ${data} ${data}`;
    const { code, stdout } = await compare(
      `${sides} --count ${faults.length} --kind firefox-main --concurrency 1 --answer-within 500ms --stored-within 4s`,
    );
    expect(code).toBe(1);
    expect(stdout).toContain('6 reports sent to both, 4 stored crashes compared');
    for (const found of [
      '1 × no answer: b: reset [no_answer]',
      '1 × late answer: b [late_answer]',
      '1 × acknowledged, but not stored: b [not_stored]',
      '1 × bytes of a dump differ: upload_file_minidump [dump_bytes]',
      '1 × value in the raw crash differs: Vendor [value]',
    ])
      expect(stdout).toContain(found);
    expect(stdout.match(/^\d+ × /gm)).toHaveLength(5);
    expect(stdout).toContain('a: "Mozilla"  b: "Mozillo"');
  });
});

function replaced(body: Buffer, from: string, to: string): Buffer {
  const at = body.indexOf(from);
  return Buffer.concat([body.subarray(0, at), Buffer.from(to), body.subarray(at + from.length)]);
}

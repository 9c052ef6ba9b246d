import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  acceptAllRuleset,
  selfSignedCertificate,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';

import { antenna, CollectorProcess } from './collector-process.js';
import { type Fault, FaultyProxy } from './faulty-proxy.js';

let directory: TemporaryDirectory;
/** With Mozilla's rules, some of which decide by chance. */
let collector: CollectorProcess;
let accepting: CollectorProcess;
let proxy: FaultyProxy;

beforeAll(async () => {
  directory = await temporaryDirectory();
  const rules = join(directory.path, 'rules.yaml');
  await writeFile(rules, acceptAllRuleset);
  collector = await CollectorProcess.at(join(directory.path, 'one'));
  accepting = await CollectorProcess.at(join(directory.path, 'two'), { RULES_FILE: rules });
  await Promise.all([collector.start(), accepting.start()]);
  proxy = await FaultyProxy.before(accepting.url);
});

afterAll(async () => {
  proxy.stop();
  await collector.kill();
  await accepting.kill();
  await directory.remove();
});

async function load(url: string, { dataDirectory }: CollectorProcess, args: string) {
  const common = ['--url', url, '--mean', '100KB', '--p95', '300KB', '--distinct', '100'];
  const verified = ['--expect-stored', dataDirectory, '--settle', '5s'];
  return await antenna(['load', ...common, ...verified, ...args.split(' ')]);
}

describe('a load on npm start', () => {
  it('loses nothing in twenty seconds: all is stored as sent and published once', async () => {
    const { code, stdout, stderr } = await load(
      collector.url,
      collector,
      '--shape spike --rate 15 --duration 20s --json',
    );
    const { problems, reports, verification, outcomes, intervals } = JSON.parse(stdout);
    expect({ problems, code }).toEqual({ problems: [], code: 0 });
    expect(reports.answered).toBe(reports.due);
    expect(verification.acknowledged).toBeGreaterThan(50);
    expect(verification).toMatchObject({
      stored: verification.acknowledged,
      published: verification.acknowledged,
      unacknowledged: 0,
      findings: [],
      notes: [],
    });
    const classes = outcomes.map((outcome: { class: string }) => outcome.class);
    expect(new Set(classes)).toEqual(new Set(['accepted', 'discarded', 'refused']));
    const dueIn = intervals.map(({ due }: { due: number }) => due);
    expect(dueIn.reduce((sum: number, due: number) => sum + due, 0)).toBe(reports.due);
    expect(stderr.split('\n').map((line) => JSON.parse(line))).toEqual(intervals);
  }, 120_000);
});

describe('a load over TLS', () => {
  it('trusts the certificates that Node.js trusts', async () => {
    const files = await selfSignedCertificate(directory.path, 'collector');
    const [key, cert] = await Promise.all([readFile(files.key), readFile(files.cert)]);
    const server = createServer({ key, cert }, (request, response) => {
      request.resume().on('end', () => response.end('Discarded=rule_x'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/submit`;
    const args = `load --url ${url} --shape hose --count 5 --malformed 0`.split(' ');
    const trusting = await antenna(args, { NODE_EXTRA_CA_CERTS: files.cert });
    const other = await antenna(args);
    expect([trusting.code, other.code]).toEqual([0, 1]);
    expect(trusting.stdout).toContain('100.00 %  200 Discarded: rule_x');
    expect(other.stdout).toContain('self-signed certificate');
    server.closeAllConnections();
    server.close();
  });
});

describe('a load through a proxy', () => {
  it.each<[Fault, string | RegExp]>([
    ['drop', '2 × no answer: reset'],
    ['acknowledge', /lost: 2 acknowledged but not stored: 00000000-0000-4000-8000-000000261129/],
    ['alter the minidump', /damaged: 2 .*: dump upload_file_minidump differs from byte 100 on/],
    ['answer late', /answers are late: p99 is \d+ ms, above the limit of 500 ms/],
    ['pretend a rejection', 'unwanted: 2 stored although the answer refused or discarded them'],
  ])(
    'catches that it does this: %s',
    async (fault, problem) => {
      proxy.willDo(fault, fault);
      const { code, stdout } = await load(
        proxy.url,
        accepting,
        '--rate 20 --count 30 --expect-p99 500ms',
      );
      expect(stdout).toMatch(problem);
      expect(code).toBe(1);
    },
    60_000,
  );

  it('catches a crash id that two reports get', async () => {
    proxy.willDo('none', 'acknowledge again');
    const { code, stdout } = await load(
      proxy.url,
      accepting,
      '--shape hose --connections 1 --count 10',
    );
    expect(stdout).toMatch(/sameId: 1 acknowledged with the crash id of another report: /);
    expect(stdout).toMatch(/damaged: 1 stored differently from what was sent: .* annotation /);
    expect(code).toBe(1);
  }, 60_000);

  it('accepts crashes that are stored twice or whose answers got lost', async () => {
    proxy.willDo('forward twice', 'forward twice');
    const twice = await load(proxy.url, accepting, '--rate 20 --count 30');
    expect(twice.stdout).toMatch(/stored but not acknowledged +2\n/);
    expect(twice.code).toBe(0);

    proxy.willDo('drop the answer', 'drop the answer');
    const { code, stdout } = await load(proxy.url, accepting, '--rate 20 --count 30');
    expect(stdout).toMatch(/stored but not acknowledged +2\n/);
    expect(stdout).toContain('Problems\n  2 × no answer: reset');
    expect(code).toBe(1);
  }, 60_000);
});

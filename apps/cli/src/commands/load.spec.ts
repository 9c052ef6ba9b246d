import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CapturedOutput, runCaptured } from '../../test/run-captured.js';

const crashId = 'de1bb258-cbbf-4589-a673-34f800160918';

describe('antenna load', () => {
  let server: Server;
  let url: string;
  let connections: number;
  let reports: { agent: string; bytes: number }[];
  let answer: (index: number, response: ServerResponse) => void;

  beforeEach(async () => {
    connections = 0;
    reports = [];
    answer = (_, response) => void response.end(`CrashID=bp-${crashId}\n`);
    server = createServer((request, response) => void receive(request, response)).listen(
      0,
      '127.0.0.1',
    );
    server.on('connection', () => (connections += 1));
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/submit`;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let bytes = 0;
    for await (const chunk of request) bytes += (chunk as Buffer).length;
    reports.push({ agent: request.headers['user-agent'] ?? '', bytes });
    answer(reports.length - 1, response);
  }

  const load = (args: string, context = {}) =>
    runCaptured(['load', '--url', url, '--distinct', '3', ...args.split(' ')], context);

  it('sends until the count is reached and reports the outcomes', async () => {
    const { code, stdout, stderr } = await load('--shape hose --connections 2 --count 20');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^hose on http.*, seed 1\n/);
    expect(stdout).toContain('20 due, 20 sent, 20 answered\n');
    expect(stdout).toMatch(/latency +p50 .* ms, p90 .* ms, p99 .* ms, p99\.9 .* ms, max .* ms\n/);
    expect(stdout).toMatch(/20 +100\.00 % +200 CrashID\n/);
    expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({ inFlight: 0 });
    expect(connections).toBe(2);
    expect(new Set(reports.map(({ agent }) => agent.replace(/.*\./, '')))).toEqual(
      new Set(Array.from({ length: 20 }, (_, index) => String(index))),
    );
  });

  it('uses a connection for each report on request', async () => {
    await load('--shape hose --count 5 --connections 1 --new-connections');
    expect(connections).toBe(5);
  });

  it('sends the same reports for the same seed', async () => {
    await load('--rate 1000 --count 6 --seed 5 --connections 1');
    await load('--rate 1000 --count 6 --seed 5 --connections 1');
    const sizes = reports.map(({ bytes }) => bytes);
    expect(sizes.slice(6)).toEqual(sizes.slice(0, 6));
  });

  it('counts the wait of reports that are due while all connections are in use', async () => {
    answer = (index, response) =>
      void setTimeout(() => response.end(`CrashID=bp-${crashId}\n`), index === 0 ? 400 : 0);
    const { stdout } = await load('--rate 200 --arrivals even --count 10 --connections 1 --json');
    const { limit, latency, reports } = JSON.parse(stdout);
    expect(reports).toEqual({ due: 10, sent: 10, answered: 10, notSent: 0 });
    expect(limit).toMatchObject({ connections: 1, held: 9 });
    // The last was due 45 ms after the first, which was answered after 400 ms.
    expect(limit.maxWait).toBeGreaterThan(300);
    expect(latency.p50).toBeGreaterThan(300);
  });

  it('does not send what is still waiting at the end', async () => {
    answer = (index, response) => void (index > 0 && response.end());
    const run = await load('--rate 100 --duration 300ms --connections 1 --timeout 600ms --json');
    const result = JSON.parse(run.stdout);
    expect(result.reports).toMatchObject({ sent: 1, answered: 1 });
    expect(result.reports.notSent).toBeGreaterThan(10);
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(/error: 1 problem: 1 × no answer: timeout/);
  });

  it('fails on 5xx, quotes answers, and accepts refusals of malformed reports', async () => {
    answer = (index, response) => {
      response.writeHead([503, 400, 200][index % 3] ?? 0);
      response.end(['disk full', 'Discarded=malformed_x', 'Discarded=rule_y'][index % 3]);
    };
    const { code, stdout } = await load('--shape hose --count 9 --connections 1 --malformed 1');
    expect(code).toBe(1);
    expect(stdout).toMatch(/ 3 +33\.33 % +503\n.* 400 malformed_x\n.* 200 Discarded: rule_y\n/s);
    expect(stdout).toContain('Problems\n  3 × 503: disk full\n');
  });

  it('fails if well-formed reports are refused', async () => {
    answer = (_, response) => void response.writeHead(400).end('Discarded=malformed_x');
    const { code, stdout } = await load('--shape hose --count 2 --malformed 0');
    expect(code).toBe(1);
    expect(stdout).toContain('2 × 400 malformed_x for a well-formed report: Discarded=malformed_x');
  });

  it('fails if answers are later than expected', async () => {
    answer = (_, response) => void setTimeout(() => response.end(`CrashID=bp-${crashId}\n`), 60);
    const { code, stdout } = await load('--shape hose --count 4 --expect-p99 20ms');
    expect(code).toBe(1);
    expect(stdout).toMatch(/answers are late: p99 is \d+ ms, above the limit of 20 ms/);
  });

  it('reports what was done when it is interrupted', async () => {
    const interruption = new AbortController();
    answer = (index, response) => {
      if (index === 5) interruption.abort();
      response.statusCode = index === 0 ? 500 : 200;
      response.end(`CrashID=bp-${crashId}\n`);
    };
    const run = await load('--rate 50 --connections 1', { interrupted: interruption.signal });
    expect(run.code).toBe(130);
    expect(run.stdout).toMatch(/s, interrupted\n/);
    expect(run.stdout).toMatch(/5 +83\.33 % +200 CrashID/);
  });

  it('shows a bar on a terminal', async () => {
    const stderr = new CapturedOutput(true);
    await load('--shape hose --count 5', { stderr });
    expect(stderr.text).toContain('accepted 5');
  });

  it('writes a page, and sends nothing if it cannot', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'antenna-load-'));
    try {
      const file = join(folder, 'load.html');
      expect((await load(`--shape hose --count 5 --html ${file}`)).code).toBe(0);
      expect(await readFile(file, 'utf8')).toContain('<h1>hose on http://127.0.0.1');
      const { code, stderr } = await load(`--shape hose --count 1 --html ${folder}`);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(/^error: cannot write .*EISDIR/),
      });
      expect(reports).toHaveLength(5);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    ['http://192.0.2.1/submit', /error: 192.0.2.1 is not this machine.*--yes-this-is-mine/],
    ['http://[2001:db8::1]/submit', /error: 2001:db8::1 is not this machine.*--yes-this-is-mine/],
    ['http://no-such-host.invalid/', /cannot find host no-such-host.invalid of http:/],
  ])('refuses %s', async (address, message) => {
    const { code, stderr } = await runCaptured(['load', '--url', address]);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('refuses to delete messages of a queue that is not named', async () => {
    expect(await runCaptured(['load', '--delete-published'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: --delete-published requires --expect-published\n',
    });
  });

  it('sends to another host on request', async () => {
    const run = await runCaptured(
      'load --url http://192.0.2.1:1/ --yes-this-is-mine --count 1 --rate 1000 --timeout 50ms'.split(
        ' ',
      ),
    );
    expect(run.stdout).toMatch(/1 +100\.00 % +no answer/);
  });
});

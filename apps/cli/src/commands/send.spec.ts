import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { freePort, temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CapturedOutput, runCaptured } from '../../test/run-captured.js';

const crashId = 'de1bb258-cbbf-4589-a673-34f800160918';

describe('antenna send', () => {
  let directory: TemporaryDirectory;
  let server: Server;
  let url: string;
  let requests: { headers: IncomingHttpHeaders; body: Buffer }[];
  let answerTo: (index: number) => { status: number; body: string };

  beforeAll(async () => {
    directory = await temporaryDirectory();
  });

  afterAll(() => directory.remove());

  beforeEach(async () => {
    requests = [];
    answerTo = () => ({ status: 200, body: `CrashID=bp-${crashId}\n` });
    server = createServer((request, response) => {
      const { headers } = request;
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        requests.push({ headers, body: Buffer.concat(chunks) });
        const { status, body } = answerTo(requests.length - 1);
        response.writeHead(status).end(body);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/submit`;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** The only request, taken apart by Node's parser of form data. */
  async function sentForm(): Promise<FormData> {
    expect(requests).toHaveLength(1);
    const { headers, body } = requests[0] ?? { headers: {}, body: Buffer.alloc(0) };
    const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    const contentType = headers['content-type'] ?? '';
    return new Response(new Uint8Array(plain), {
      headers: { 'Content-Type': contentType },
    }).formData();
  }

  async function sentExtra(): Promise<Record<string, unknown>> {
    const extra = (await sentForm()).get('extra') as File;
    return JSON.parse(await extra.text()) as Record<string, unknown>;
  }

  async function inputFile(name: string, content: string): Promise<string> {
    const path = join(directory.path, name);
    await writeFile(path, content);
    return path;
  }

  it('sends a sample report and prints the answer', async () => {
    const run = await runCaptured([
      'send',
      '--url',
      url,
      '--size',
      '10KiB',
      '--annotation',
      'A=b=c',
    ]);
    expect(run).toEqual({ code: 0, stdout: `200 CrashID=bp-${crashId}\n`, stderr: '' });
    expect(await sentExtra()).toMatchObject({ ProductName: 'Firefox', A: 'b=c' });
    expect(((await sentForm()).get('upload_file_minidump') as File).size).toBe(10_240);
  });

  it('compresses with --gzip, and sends no minidump with --size 0', async () => {
    await runCaptured(['send', '--url', url, '--size', '0', '--gzip']);
    expect(requests[0]?.headers['content-encoding']).toBe('gzip');
    expect(await sentExtra()).toMatchObject({ ProductName: 'Firefox' });
    expect((await sentForm()).has('upload_file_minidump')).toBe(false);
  });

  it('sends the given files unchanged', async () => {
    const text = '{ "Big": 18446744073709551616 }';
    const extra = await inputFile('my.json', text);
    const dump = await inputFile('my.dmp', 'MDMP of mine');
    await runCaptured([
      'send',
      '--url',
      url,
      '--extra',
      extra,
      '--dump',
      `dump_one=${dump}`,
      '--annotation',
      'K=v',
    ]);
    const form = await sentForm();
    expect([...form.keys()]).toEqual(['extra', 'K', 'dump_one']);
    expect(await (form.get('extra') as File).text()).toBe(text);
    const file = form.get('dump_one') as File;
    expect([file.name, await file.text()]).toEqual(['my.dmp', 'MDMP of mine']);
  });

  it.each([
    ['{"a":', /my\.json is not JSON/],
    ['[1]', /my\.json is not a JSON object of annotations/],
  ])('rejects an extra file with %s', async (text, message) => {
    const extra = await inputFile('my.json', text);
    const { code, stderr } = await runCaptured(['send', '--url', url, '--extra', extra]);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(requests).toEqual([]);
  });

  it('names a missing file', async () => {
    const { code, stderr } = await runCaptured(['send', '--url', url, '--dump', 'a=/no/such.dmp']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'error: cannot read /no/such.dmp: no such file\n',
    });
  });

  it('fails when a report is rejected, and prints why', async () => {
    answerTo = (index) =>
      index === 0
        ? { status: 400, body: 'Discarded=malformed_x' }
        : { status: 200, body: 'Discarded=rule_y' };
    const run = await runCaptured([
      'send',
      '--url',
      url,
      '--size',
      '1',
      '--count',
      '2',
      '--concurrency',
      '1',
    ]);
    expect(run).toEqual({
      code: 1,
      stdout: '400 Discarded=malformed_x\n200 Discarded=rule_y\n',
      stderr: 'error: 1 of 2 reports were rejected or got no answer\n',
    });
  });

  it('fails without an answer', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}/submit`;
    const { code, stdout } = await runCaptured(['send', '--url', nowhere, '--size', '1']);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: `refused: nothing listens at ${nowhere}\n`,
    });
  });

  it('counts the answers of many reports, with a bar on a terminal', async () => {
    answerTo = (index) =>
      index % 3 === 0
        ? { status: 200, body: 'Discarded=rule_x' }
        : { status: 200, body: `CrashID=bp-${crashId}\n` };
    const stderr = new CapturedOutput(true);
    const args = ['send', '--url', url, '--size', '1KiB', '--count', '60', '--concurrency', '8'];
    const { code, stdout } = await runCaptured(args, { stderr });
    expect(code).toBe(0);
    expect(stdout).toBe(
      '60 of 60 reports answered in 0.0 s\n40  200 CrashID\n20  200 Discarded=rule_x\n',
    );
    expect(stderr.text).toContain('0/60');
  });

  it('prints a JSON line for each of many reports', async () => {
    const { stdout } = await runCaptured([
      'send',
      '--url',
      url,
      '--size',
      '1',
      '--count',
      '25',
      '--json',
    ]);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ index }) => index).toSorted((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 25 }, (_, index) => index),
    );
    expect(lines.every((line) => line['crashId'] === crashId && line['status'] === 200)).toBe(true);
  });

  it('prints a summary when it is interrupted', async () => {
    const interruption = new AbortController();
    answerTo = (index) => {
      if (index === 4) interruption.abort();
      return { status: 200, body: `CrashID=bp-${crashId}\n` };
    };
    const args = ['send', '--url', url, '--size', '1', '--count', '1000000', '--concurrency', '1'];
    const run = await runCaptured(args, { interrupted: interruption.signal });
    expect(run).toEqual({
      code: 130,
      stdout: '4 of 1000000 reports answered in 0.0 s\n4  200 CrashID\n',
      stderr: 'error: interrupted\n',
    });
    expect(requests).toHaveLength(5);
  });

  it('stops without an error when the reader closes the pipe', async () => {
    const stdout = new CapturedOutput(false, 2);
    const args = ['send', '--url', url, '--size', '1', '--count', '1000000', '--json'];
    const { code, stderr } = await runCaptured(args, { stdout });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(requests.length).toBeLessThan(20);
  });
});

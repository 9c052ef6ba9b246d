import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  type ServerResponse,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { CrashReport } from './crash-report.js';
import { submit } from './submit.js';

const report = new CrashReport().withDump('upload_file_minidump', Buffer.alloc(200_000, 7)).build();

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return Buffer.concat((await request.toArray()) as Buffer[]);
}

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

describe('submit', () => {
  let server: Server;

  async function listen(listener: Listener): Promise<string> {
    server = createServer((request, response) => void listener(request, response)).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/submit`;
  }

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('posts the bytes of the report and reads the crash id', async () => {
    const requests: { method: string | undefined; length: string | undefined; body: Buffer }[] = [];
    const url = await listen(async (request, response) => {
      const { method, headers } = request;
      requests.push({ method, length: headers['content-length'], body: await bodyOf(request) });
      response.end('CrashID=bp-de1bb258-cbbf-4589-a673-34f800160918\n');
    });
    await expect(submit(url, report)).resolves.toEqual({
      status: 200,
      body: 'CrashID=bp-de1bb258-cbbf-4589-a673-34f800160918\n',
      crashId: 'de1bb258-cbbf-4589-a673-34f800160918',
    });
    expect(requests).toEqual([
      { method: 'POST', length: String(report.body.length), body: report.body },
    ]);
  });

  it('reads why a report was discarded, whatever the status', async () => {
    const url = await listen((request, response) => {
      request.resume();
      response.writeHead(400).end('Discarded=malformed_bad_gzip');
    });
    await expect(submit(url, report)).resolves.toMatchObject({
      status: 400,
      discarded: 'malformed_bad_gzip',
    });
  });

  it('sends chunked without a length', async () => {
    const seen: unknown[] = [];
    const url = await listen(async (request, response) => {
      const { 'transfer-encoding': coding, 'content-length': length } = request.headers;
      seen.push(coding, length, (await bodyOf(request)).equals(report.body));
      response.end();
    });
    await submit(url, report, { chunked: true });
    expect(seen).toEqual(['chunked', undefined, true]);
  });

  it('reuses the connection of an agent with keep-alive', async () => {
    const connections = new Set<unknown>();
    const url = await listen((request, response) => {
      connections.add(request.socket);
      request.resume().on('end', () => response.end());
    });
    const agent = new Agent({ keepAlive: true });
    await submit(url, report, { agent });
    await submit(url, report, { agent });
    agent.destroy();
    expect(connections.size).toBe(1);
  });

  it('reports a refused connection', async () => {
    const url = await listen((_request, response) => response.end());
    server.close();
    await once(server, 'close');
    await expect(submit(url, report)).rejects.toMatchObject({
      name: 'SubmitError',
      code: 'refused',
      message: `nothing listens at ${url}`,
    });
  });

  it('reports a reset connection', async () => {
    const url = await listen((request) => request.socket.resetAndDestroy());
    await expect(submit(url, report)).rejects.toMatchObject({
      code: 'reset',
      message: expect.stringContaining(url),
    });
  });

  it('times out when the server stops in the middle of its answer', async () => {
    const url = await listen((request, response) => {
      request.resume();
      response.writeHead(200, { 'Content-Length': 100 }).write('CrashID=');
    });
    await expect(submit(url, report, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'timeout',
      message: `no answer from ${url} within 50 ms`,
    });
  });

  it('reports a truncated answer as a reset connection', async () => {
    const url = await listen((request, response) => {
      response.writeHead(200, { 'Content-Length': 100 }).write('CrashID=');
      request.resume().on('end', () => request.socket.destroy());
    });
    await expect(submit(url, report)).rejects.toMatchObject({ code: 'reset' });
  });

  it.each(['', 'x', '../../etc/passwd', `${'0'.repeat(30_000)}\u202e`, '${id}x'])(
    'reads no crash id from an answer with another string: %j',
    async (text) => {
      const id = 'de1bb258-cbbf-4589-a673-34f800160918';
      const sent = `CrashID=bp-${text.replace('${id}', id)}\n`;
      const url = await listen((request, response) => {
        request.resume().on('end', () => response.end(sent));
      });
      expect(await submit(url, report)).toEqual({ status: 200, body: sent });
    },
  );

  it('gives up an answer that is too long', async () => {
    const url = await listen((request, response) => {
      request.resume();
      const writeMore = (): void => {
        while (response.write(Buffer.alloc(65_536, 'CrashID=')));
        response.once('drain', writeMore);
      };
      writeMore();
    });
    await expect(submit(url, report)).rejects.toMatchObject({
      code: 'failed',
      message: `${url} answers with more than 65536 bytes`,
    });
  });

  it('can be aborted before and during the exchange', async () => {
    const controller = new AbortController();
    const url = await listen(() => controller.abort());
    const { signal } = controller;
    await expect(submit(url, report, { signal })).rejects.toMatchObject({ code: 'aborted' });
    await expect(submit(url, report, { signal })).rejects.toMatchObject({ code: 'aborted' });
  });
});

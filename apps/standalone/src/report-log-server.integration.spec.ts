import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { waitFor } from '#antenna/testing';

import { ReportLogServer } from './report-log-server.js';

let server: ReportLogServer;
let url: string;
beforeEach(async () => {
  server = new ReportLogServer();
  url = await server.listen();
});
afterEach(async () => await server.close());

const report = (text: string): string => `{"Fields":{"outcome":"accepted","text":"${text}"}}\n`;

async function openReader(): Promise<IncomingMessage> {
  const [response] = (await once(get(url), 'response')) as [IncomingMessage];
  return response.on('error', () => undefined);
}

it('streams the lines about reports, and ends with the last one', async () => {
  const reader = await openReader();
  server.write(report('first'));
  server.write('{"Fields":{"message":"ready"}}\n');
  server.write('{"Fields":{"crash_id":"x"}}\n');
  const closing = server.close();
  const text = (await reader.setEncoding('utf8').toArray()).join('');
  await closing;

  expect(text).toBe(`${report('first')}{"Fields":{"crash_id":"x"}}\n`);
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

it('drops a reader that does not read, and not the others', async () => {
  const [stuck, reader] = [await openReader(), await openReader()];
  let bytes = 0;
  reader.on('data', (chunk: Buffer) => (bytes += chunk.length));
  const line = report('x'.repeat(100_000));
  // More than the buffers of the system hold.
  for (let written = line.length; written < 32 * 2 ** 20; written += line.length) {
    server.write(line);
    await waitFor(() => bytes === written);
  }

  await expect(stuck.toArray()).rejects.toThrow('aborted');
  expect(bytes % line.length).toBe(0);
});

it('holds a bounded number of connections, whatever path they ask for', async () => {
  const { hostname, port } = new URL(url);
  const sockets = Array.from({ length: 64 }, () => connect(Number(port), hostname));
  const refused = new Set<Socket>();
  for (const socket of sockets)
    socket.on('error', () => undefined).on('close', () => refused.add(socket));
  try {
    await waitFor(() => refused.size === 32);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  const answer = await waitFor(
    async () => await fetch(new URL('/', url)).catch(() => false as const),
  );
  expect(answer.status).toBe(404);
});

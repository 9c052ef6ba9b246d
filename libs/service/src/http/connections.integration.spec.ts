import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '#antenna/testing';
import { Connections } from './connections.js';

const opened: Socket[] = [];
let server: Server;
let connections: Connections;
let port: number;

afterEach(async () => {
  for (const client of opened.splice(0)) client.destroy();
  await connections.finish(0);
});

/** Answers `/` at once and `/early` before the request is complete; any other path never. */
async function start(max: number): Promise<void> {
  server = createServer((request, response) => {
    if (request.url === '/') response.end('here');
    if (request.url === '/early') response.write('refused');
  });
  connections = new Connections(server, max);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
}

async function client(bytes = ''): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined).resume();
  opened.push(socket);
  await once(socket, 'connect');
  socket.write(bytes);
  return socket;
}

async function clients(count: number, bytes = ''): Promise<Socket[]> {
  const all: Socket[] = [];
  while (all.length < count) all.push(await client(bytes));
  return all;
}

async function probe(): Promise<number | undefined> {
  const sent = get({ port, host: '127.0.0.1', agent: false });
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

async function probes(count: number): Promise<Set<number | undefined>> {
  const answers: (number | undefined)[] = [];
  while (answers.length < count) answers.push(await probe());
  return new Set(answers);
}

function request(path: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n`;
}

const openIn = (sockets: readonly Socket[]) => sockets.map(({ destroyed }) => !destroyed);

/** Waits until the server has seen the requests of this many clients. */
async function inProgress(count: number): Promise<void> {
  let seen = 0;
  server.on('request', () => (seen += 1));
  await waitFor(() => seen === count);
}

describe('a server at its limit of connections', () => {
  it('answers all probes while idle connections beyond the limit are open', async () => {
    await start(50);
    await clients(60);

    expect(await probes(30)).toEqual(new Set([200]));
  });

  it('closes the longest idle connection for a new one', async () => {
    await start(8);
    const [first, second, ...others] = await clients(7);
    first?.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(first as Socket, 'data');
    others.push(await client());
    await waitFor(() => second?.destroyed);

    expect(openIn([first as Socket, ...others])).toEqual(Array.from({ length: 7 }, () => true));
  });

  it('closes no connection with a request in progress', async () => {
    await start(8);
    const started = inProgress(5);
    const [idle] = await clients(1);
    const busy = await clients(5, request('/never'));
    await started;
    await clients(10);
    await waitFor(() => idle?.destroyed);

    expect(await probes(5)).toEqual(new Set([200]));
    expect(openIn(busy)).toEqual([true, true, true, true, true]);
  });

  it('answers probes while seven of eight connections have a request in progress', async () => {
    await start(8);
    const started = inProgress(7);
    const busy = await clients(7, request('/never'));
    await started;

    expect(await probes(5)).toEqual(new Set([200]));
    expect(openIn(busy)).not.toContain(false);
  });

  it('closes a connection that sends on after its answer, if no other is idle', async () => {
    await start(8);
    const started = inProgress(8);
    const busy = await clients(7, request('/never'));
    const [answered] = await clients(1, request('/early'));
    await started;
    await client();
    await waitFor(() => answered?.destroyed);

    expect(openIn(busy)).not.toContain(false);
  });

  it('refuses a connection if all others wait for their answers', async () => {
    await start(8);
    const started = inProgress(8);
    const busy = await clients(8, request('/never'));
    await started;
    const refused = await client();
    await waitFor(() => refused.destroyed);

    expect(openIn(busy)).not.toContain(false);
  });
});

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { ClientConnection } from './client-connection.js';

const request = Buffer.from('POST /submit HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi');
const answer = (body: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

describe('a client connection', () => {
  let server: Server;
  let onRequest: (socket: Socket) => void;

  beforeEach(async () => {
    server = createServer((socket) => socket.on('data', () => onRequest(socket))).listen(0);
    await once(server, 'listening');
  });
  afterEach(() => {
    server.close();
  });

  const open = async (): Promise<ClientConnection> =>
    await ClientConnection.open((server.address() as AddressInfo).port);

  it('returns status and body of repeated requests over one connection', async () => {
    let count = 0;
    onRequest = (socket) => socket.write(answer(`CrashID=${(count += 1)}\n`));
    const connection = await open();
    expect(await connection.exchange(request)).toBe('200 CrashID=1\n');
    expect(await connection.exchange(request)).toBe('200 CrashID=2\n');
    connection.close();
  });

  it('assembles an answer that arrives byte by byte', async () => {
    onRequest = (socket) => {
      socket.setNoDelay(true);
      for (const char of answer('Discarded=x')) socket.write(char);
    };
    const connection = await open();
    expect(await connection.exchange(request)).toBe('200 Discarded=x');
    connection.close();
  });

  it('fails when the server closes instead of answering', async () => {
    onRequest = (socket) => socket.end();
    const connection = await open();
    await expect(connection.exchange(request)).rejects.toThrow('closed the connection');
  });
});

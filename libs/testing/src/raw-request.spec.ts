import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { aReport } from './a-report.js';
import { rawRequest, requestBytes } from './raw-request.js';
import { waitFor } from './wait-for.js';

describe('rawRequest', () => {
  let server: Server;

  async function listen(onConnection: (socket: Socket) => void): Promise<number> {
    server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => socket.destroy());
      onConnection(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  afterEach(() => {
    server.close();
  });

  it('writes the bytes unchanged and stops at the end of the answer', async () => {
    const received: Buffer[] = [];
    const port = await listen((socket) => {
      socket.on('data', (chunk) => {
        received.push(chunk);
        if (Buffer.concat(received).includes('end'))
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX-Case: Kept\r\n\r\nfour');
      });
    });
    const answer = await rawRequest(port, ['POST', Buffer.from([0, 255]), { waitMs: 1 }, 'end']);

    expect(Buffer.concat(received)).toEqual(Buffer.from('POST\0\xffend', 'latin1'));
    expect(answer).toMatchObject({
      status: 200,
      statusLine: 'HTTP/1.1 200 OK',
      headers: [
        ['Content-Length', '4'],
        ['X-Case', 'Kept'],
      ],
      body: 'four',
      closedBy: 'client',
    });
  });

  it('reads until the server closes the connection if there is no Content-Length', async () => {
    const port = await listen((socket) => {
      socket.end('HTTP/1.0 503 Service Unavailable\r\n\r\nlater\n');
    });
    const answer = await rawRequest(port, []);
    expect(answer).toMatchObject({ status: 503, body: 'later\n', closedBy: 'server' });
  });

  it('waits for an interim answer and leaves it out of the fields', async () => {
    const port = await listen((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 100 Continue\r\n\r\n');
        socket.once('data', (body) =>
          socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body.toString()}`),
        );
      });
    });
    const answer = await rawRequest(port, ['head', { untilAnswer: '100 Continue' }, 'body']);
    expect(answer).toMatchObject({ status: 200, body: 'body' });
    expect(answer.raw.toString()).toContain('100 Continue');
  });

  it('half-closes the connection after the last step on request', async () => {
    const port = await listen((socket) => {
      socket.resume().on('end', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    const answer = await rawRequest(port, ['half'], { halfClose: true });
    expect(answer).toMatchObject({ status: 400, closedBy: 'server' });
  });

  it('reports a reset and keeps the bytes received before it', async () => {
    const port = await listen((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    const answer = await rawRequest(port, ['anything']);
    expect(answer).toMatchObject({ statusLine: '', body: '', closedBy: 'reset' });
    expect(answer.status).toBeUndefined();
  });

  it('resets the connection in the middle of a request', async () => {
    let resets = 0;
    const port = await listen((socket) => {
      socket.resume().on('error', () => {
        resets += 1;
      });
    });
    const answer = await rawRequest(port, ['half a request'], { hangUp: 'reset' });
    expect(answer.closedBy).toBe('client');
    await waitFor(() => resets === 1, { describe: 'the reset' });
  });

  it('fails if no answer arrives', async () => {
    const port = await listen((socket) => socket.resume());
    await expect(rawRequest(port, ['hello'], { timeoutMs: 20 })).rejects.toThrow(/for an answer/);
  });

  it('sends the request of a crash report', async () => {
    const received: Buffer[] = [];
    const port = await listen((socket) => {
      socket.on('data', (chunk) => received.push(chunk)).on('end', () => socket.end());
    });
    const report = aReport().build();
    await rawRequest(port, requestBytes(report), { halfClose: true });
    const text = Buffer.concat(received).toString();
    expect(text).toMatch(
      /^POST \/submit HTTP\/1\.1\r\nHost: antenna\.test\r\nContent-Type: multipart/,
    );
    expect(text.endsWith(`\r\n\r\n${report.body.toString()}`)).toBe(true);
  });
});

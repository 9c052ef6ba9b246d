import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

import { errorMessage } from '#antenna/errors';

import { CheckFailure } from './check.js';
import { userAgent } from './marked-report.js';

export interface BlockingRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly framing: 'announced' | 'chunked';
}

const timeoutMs = 120_000;
const pieceBytes = 64 * 1024;

/**
 * Posts as the simplest clients do: writes the whole body before it reads the first byte of the answer. Such a client
 * loses an early answer when the server resets the connection, and the check fails.
 * @throws CheckFailure when no answer could be read
 */
export async function blockingPost(
  url: URL,
  request: BlockingRequest,
): Promise<{ status: number; body: string }> {
  const socket = await connected(url);
  try {
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no progress for two minutes')));
    socket.pause();
    await write(socket, head(url, request));
    for (let at = 0; at < request.body.length; at += pieceBytes) {
      const piece = request.body.subarray(at, at + pieceBytes);
      if (request.framing === 'announced') await write(socket, piece);
      else await write(socket, chunk(piece));
    }
    if (request.framing === 'chunked') await write(socket, Buffer.from('0\r\n\r\n'));
    return parsed(await received(socket));
  } catch (error) {
    throw new CheckFailure(`no answer could be read: ${errorMessage(error)}`, { cause: error });
  } finally {
    socket.destroy();
  }
}

async function connected(url: URL): Promise<Socket> {
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = Number(url.port === '' ? (secure ? 443 : 80) : url.port);
  // TLS does not allow addresses as server names.
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket = secure ? connectTls({ host, port, ...name }) : connectTcp({ host, port });
  await once(socket, secure ? 'secureConnect' : 'connect');
  return socket;
}

function head(url: URL, { headers, framing }: BlockingRequest): Buffer {
  const { 'Content-Length': length, ...others } = headers;
  const lines = Object.entries({
    Host: url.host,
    'User-Agent': userAgent,
    Connection: 'close',
    ...others,
    ...(framing === 'announced'
      ? { 'Content-Length': length ?? '0' }
      : { 'Transfer-Encoding': 'chunked' }),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n`);
}

function chunk(bytes: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`${bytes.length.toString(16)}\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ]);
}

/** Resolves when the bytes are written. */
function write(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

async function received(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) {
    chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('latin1');
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
    const [, ...body] = text.split('\r\n\r\n');
    if (body.length > 0 && length !== undefined && body.join('\r\n\r\n').length >= Number(length))
      return text;
  }
  return Buffer.concat(chunks).toString('latin1');
}

function parsed(text: string): { status: number; body: string } {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  if (status === undefined) throw new Error('the connection was closed without an answer');
  return { status: Number(status), body: rest.join('\r\n\r\n') };
}

/**
 * What the HTTP parser could not make sense of: broken framing, a peer that left, a request that never
 * came. Node reports these on the connection, beside the request that they belong to; here they find
 * the upload they end, or get a plain answer of their own.
 */
import type { Socket } from 'node:net';

import { malformed, RefusedReport } from './outcome.js';
import type { Upload } from './upload.js';

export class ConnectionFaults {
  private readonly uploads = new WeakMap<Socket, Upload>();
  private readonly answered = new WeakSet<Socket>();

  constructor(private readonly onBrokenRequest: () => void = () => undefined) {}

  /** From now on faults of this connection end this upload. */
  watch(socket: Socket, upload: Upload): void {
    this.uploads.set(socket, upload);
    this.answered.delete(socket);
  }

  /** The request has its answer: a later fault only closes the connection. */
  markAnswered(socket: Socket): void {
    this.uploads.delete(socket);
    this.answered.add(socket);
  }

  /** For a connection that will carry another request. */
  markIdle(socket: Socket): void {
    this.answered.delete(socket);
  }

  readonly handle = (error: Error & { code?: string }, socket: Socket): void => {
    const upload = this.uploads.get(socket);
    if (upload) {
      upload.interrupt(refusalFor(error.code ?? ''));
      return;
    }
    if (!socket.writable || this.answered.has(socket) || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    if (error.code?.startsWith('HPE_') === true) this.onBrokenRequest();
    socket.end(rawAnswer(error.code ?? ''), () => socket.destroySoon());
  };
}

function refusalFor(code: string): RefusedReport {
  if (code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE') {
    return malformed('invalid_payload_structure', `broken HTTP framing (${code})`);
  }
  const cause = code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'stalled' : 'disconnected';
  return new RefusedReport({ kind: 'aborted', cause });
}

function rawAnswer(code: string): string {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return plain('408 Request Timeout', 'the request stalled');
    case 'HPE_HEADER_OVERFLOW':
      return plain('431 Request Header Fields Too Large', 'the request headers are too large');
    default:
      return plain('400 Bad Request', 'Discarded=malformed_invalid_payload_structure');
  }
}

function plain(statusLine: string, body: string): string {
  return [
    `HTTP/1.1 ${statusLine}`,
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

import type { Answer } from './answer.js';

/** How long, and how much of, an unread body is read and dropped so that its sender sees the answer. */
export interface LingerLimits {
  readonly lingerBytes: number;
  readonly lingerTimeoutMs: number;
  readonly lingerIdleMs: number;
}

/**
 * Answers at once, also while the client still sends. A connection that closes with unread bytes resets,
 * and a reset destroys the answer on its way; so the rest is read and thrown away first, within bounds.
 * There is no early half-close: the answer is complete by its Content-Length, and clients that take an
 * end of stream for a failure exist.
 *
 * Header names are written in canonical case: some clients compare them letter by letter.
 */
export async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  linger: LingerLimits & { readonly closeConnection: boolean },
): Promise<void> {
  if (!response.writable || response.socket?.writable !== true) return;
  // Complete: parsed to its end, though perhaps not read; nothing of it is left in the socket.
  const unread = !request.complete;
  const headers: OutgoingHttpHeaders = {
    'Content-Type': 'text/plain',
    'Content-Length': Buffer.byteLength(answer.body),
  };
  if (answer.retryAfterSeconds !== undefined) headers['Retry-After'] = answer.retryAfterSeconds;
  if (unread || linger.closeConnection) headers['Connection'] = 'close';
  response.writeHead(answer.status, headers);
  if (unread && !request.destroyed) {
    response.write(answer.body);
    await discardRest(request, linger);
    response.end();
  } else {
    response.end(answer.body);
  }
}

/** Reads and drops what still comes, until the end of the body or of the bounds. */
async function discardRest(request: IncomingMessage, limits: LingerLimits): Promise<void> {
  await new Promise<void>((resolve) => {
    let left = limits.lingerBytes;
    const done = (): void => {
      clearTimeout(deadline);
      clearTimeout(idle);
      request.off('data', drop).off('end', done).off('close', done).off('error', done);
      resolve();
    };
    const drop = (chunk: Buffer): void => {
      left -= chunk.length;
      idle.refresh();
      if (left < 0) done();
    };
    const deadline = setTimeout(done, limits.lingerTimeoutMs);
    const idle = setTimeout(done, limits.lingerIdleMs);
    request.on('data', drop).on('end', done).on('close', done).on('error', done);
    request.resume();
  });
}

import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

import type { Answer } from './answer.js';
import type { ConnectionFaults } from './connection-faults.js';

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
  { faults, closeConnection }: { faults: ConnectionFaults; closeConnection: boolean },
): Promise<void> {
  const { socket } = request;
  if (!response.writable || !socket.writable) return;
  // Complete: parsed to its end, though perhaps not read; nothing of it is left in the socket.
  const broken = !request.complete || faults.isFollowedByGarbage(request);
  const headers: OutgoingHttpHeaders = {
    'Content-Type': 'text/plain',
    'Content-Length': Buffer.byteLength(answer.body),
  };
  if (answer.retryAfterSeconds !== undefined) headers['Retry-After'] = answer.retryAfterSeconds;
  if (broken || closeConnection) headers['Connection'] = 'close';
  response.writeHead(answer.status, headers);
  if (broken && !socket.readableEnded) {
    response.write(answer.body);
    await lingerOn(request, faults);
    response.end();
  } else {
    response.end(answer.body);
  }
}

async function lingerOn(request: IncomingMessage, faults: ConnectionFaults): Promise<void> {
  const { socket } = request;
  const linger = faults.linger(request);
  socket.once('end', linger.end).once('close', linger.end);
  // The body of a complete request is at its end already; what follows it comes as faults.
  await (request.complete ? linger.over : linger.drain(request));
  socket.off('end', linger.end).off('close', linger.end);
}

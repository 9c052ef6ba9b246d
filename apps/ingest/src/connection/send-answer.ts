import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

import type { Answer } from './answer.js';
import type { ConnectionFaults } from './connection-faults.js';

/**
 * Answers at once, even while the client is still sending. Closing a connection with unread bytes resets it,
 * and a reset can destroy the answer before the client reads it. So the rest of the body is read and dropped
 * first, within limits. The connection is not half-closed early: the Content-Length already ends the answer,
 * and some clients take an early end of stream for a failure.
 *
 * Header names are written in canonical case: some clients compare them case-sensitively.
 */
export async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  { faults, closeConnection }: { faults: ConnectionFaults; closeConnection: boolean },
): Promise<void> {
  const { socket } = request;
  if (!response.writable || !socket.writable) return;
  // A complete request is parsed to its end, perhaps not yet read; none of it is left in the socket.
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
    await dropRest(request, faults);
    response.end();
  } else {
    response.end(answer.body);
  }
}

async function dropRest(request: IncomingMessage, faults: ConnectionFaults): Promise<void> {
  const { socket } = request;
  const linger = faults.linger(request);
  socket.once('end', linger.end).once('close', linger.end);
  // The body of a complete request has ended; what follows it is reported as a client error.
  if (!request.complete) linger.drop(request);
  await linger.done;
  socket.off('end', linger.end).off('close', linger.end);
}

import { once } from 'node:events';
import { connect } from 'node:net';

import type { MutatedConnection } from './mutated-requests.js';

export interface Answers {
  readonly statuses: readonly number[];
  readonly crashIds: readonly string[];
  /** The client left, or said that nothing more comes, before the server closed. */
  readonly clientLeft: boolean;
}

/** After this time without an answer, the client says that nothing more comes. */
const patienceMs = 1000;

/**
 * Writes the bytes and reads until the server closes the connection.
 * @throws Error if it does not within the deadline
 */
export async function exchange(
  port: number,
  { bytes, cuts, afterwards }: MutatedConnection,
  deadlineMs: number,
): Promise<Answers> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  const received: Buffer[] = [];
  const closed = new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => received.push(chunk));
    socket.once('end', resolve);
    socket.once('close', () => resolve());
    socket.on('error', () => resolve());
  });
  let at = 0;
  for (const cut of [...cuts, bytes.length]) {
    await new Promise<void>((resolve) => {
      socket.write(bytes.subarray(at, cut), () => resolve());
    });
    at = cut;
  }
  let clientLeft = afterwards !== 'wait';
  if (afterwards === 'reset') socket.resetAndDestroy();
  else if (afterwards === 'end') socket.end();
  const patience = setTimeout(() => {
    clientLeft = true;
    socket.end();
  }, patienceMs);
  let hang: NodeJS.Timeout | undefined;
  const hangs = new Promise<never>((_, reject) => {
    hang = setTimeout(() => reject(new Error(describeHang(bytes, received))), deadlineMs);
  });
  try {
    await Promise.race([closed, hangs]);
  } finally {
    clearTimeout(patience);
    clearTimeout(hang);
    socket.destroy();
  }
  return { ...answersIn(Buffer.concat(received).toString('latin1')), clientLeft };
}

function answersIn(text: string): Omit<Answers, 'clientLeft'> {
  const matches = (pattern: RegExp): string[] =>
    [...text.matchAll(pattern)].map(([, found]) => found ?? '');
  return {
    statuses: matches(/^HTTP\/1\.[01] (\d{3}) /gm)
      .map(Number)
      .filter((status) => status >= 200),
    crashIds: matches(/^CrashID=bp-([0-9a-f-]{36})$/gm),
  };
}

function describeHang(bytes: Buffer, received: readonly Buffer[]): string {
  const sent = bytes.toString('base64');
  return `the connection was not closed; received ${JSON.stringify(
    Buffer.concat(received).toString('latin1'),
  )} for (base64) ${sent}`;
}

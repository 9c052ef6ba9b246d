import type { EncodedReport } from '#antenna/crash-client';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isWholeAnswer, parseRawAnswer, type RawAnswer } from './raw-answer.js';
import { waitFor } from './wait-for.js';

/** Bytes to write, a pause, or a string that must be received before the next step. */
export type RawStep =
  | Buffer
  | string
  | { readonly waitMs: number }
  | { readonly untilAnswer: string };

export interface RawRequestOptions {
  readonly host?: string;
  /** Half-closes the connection after the last step. */
  readonly halfClose?: boolean;
  /** Closes or resets the connection after the last step without waiting for an answer. */
  readonly hangUp?: 'close' | 'reset';
  /** Time limit in milliseconds for each step and for the final answer. Default: 30 seconds. */
  readonly timeoutMs?: number;
}

export interface RawExchange extends RawAnswer {
  /** `server` closed, `reset` by the server, or `client` closed, after a complete answer or to hang up. */
  readonly closedBy: 'server' | 'reset' | 'client';
}

/**
 * Writes exactly these bytes to a socket and reads until the server closes the connection, or until all steps are
 * done and an answer with a Content-Length is complete. A connection that breaks while writing is not an error: the
 * result is what was received before.
 * @throws Error if the connection cannot be opened or the time limit is exceeded
 */
export async function rawRequest(
  port: number,
  steps: readonly RawStep[],
  options: RawRequestOptions = {},
): Promise<RawExchange> {
  const socket = connect({ port, host: options.host ?? '127.0.0.1', allowHalfOpen: true });
  await once(socket, 'connect');
  const connection = new RawConnection(socket, options.timeoutMs ?? 30_000);
  try {
    for (const step of steps) await connection.perform(step);
    if (options.halfClose === true) socket.end();
    if (options.hangUp === undefined) await connection.wait('an answer', () => connection.answered);
  } finally {
    if (options.hangUp === 'reset') socket.resetAndDestroy();
    else socket.destroy();
  }
  return {
    ...parseRawAnswer(connection.received),
    closedBy: connection.closedBy ?? 'client',
  };
}

class RawConnection {
  closedBy: 'server' | 'reset' | undefined;
  private readonly socket: Socket;
  private readonly timeoutMs: number;
  private readonly chunks: Buffer[] = [];

  constructor(socket: Socket, timeoutMs: number) {
    this.socket = socket;
    this.timeoutMs = timeoutMs;
    socket.on('data', (chunk: Buffer) => this.chunks.push(chunk));
    socket.on('end', () => {
      this.closedBy ??= 'server';
    });
    socket.on('error', () => {
      this.closedBy ??= 'reset';
    });
  }

  get received(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get answered(): boolean {
    return isWholeAnswer(this.received);
  }

  async perform(step: RawStep): Promise<void> {
    if (this.closedBy !== undefined) return;
    if (Buffer.isBuffer(step) || typeof step === 'string') {
      await this.write(step);
    } else if ('waitMs' in step) {
      await sleep(step.waitMs);
    } else {
      const text = step.untilAnswer;
      await this.wait(JSON.stringify(text), () => this.received.includes(text));
    }
  }

  /** Waits until the bytes have left this process, so that the peer receives the steps separately. */
  private async write(bytes: Buffer | string): Promise<void> {
    let written = false;
    this.socket.write(bytes, () => {
      written = true;
    });
    await this.wait('the server to read on', () => written || this.answered);
  }

  /** A closed connection ends every wait. */
  async wait(what: string, met: () => boolean): Promise<void> {
    await waitFor(() => this.closedBy !== undefined || met(), {
      timeoutMs: this.timeoutMs,
      describe: () => `${what}; received so far: ${JSON.stringify(this.received.toString())}`,
    });
  }
}

/** The head and body of a report's request as bytes for {@link rawRequest}. */
export function requestBytes(
  report: EncodedReport,
  options: { path?: string; method?: string; headers?: Readonly<Record<string, string>> } = {},
): [head: string, body: Buffer] {
  const headers = { Host: 'antenna.test', ...report.headers, ...options.headers };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const requestLine = `${options.method ?? 'POST'} ${options.path ?? '/submit'} HTTP/1.1\r\n`;
  return [`${requestLine}${lines.join('')}\r\n`, report.body];
}

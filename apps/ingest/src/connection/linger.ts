import type { Readable } from 'node:stream';

/** How long a refused body is still read, and how much of it, so that the client sees the answer. */
export interface LingerLimits {
  readonly lingerBytes: number;
  readonly lingerTimeoutMs: number;
  /** Longest time without a byte. */
  readonly lingerIdleMs: number;
}

/**
 * What a chunk costs at least, as bytes: Node's HTTP parser takes some microseconds for each, so a body in chunks of
 * one byte would keep it busy for minutes. Packets of an honest client are about as large as this.
 */
const minChunkCost = 4096;

/** Reads and drops what arrives on an answered connection, until the client ends it or a limit is reached. */
export class Linger {
  /** Never rejects. */
  readonly done: Promise<void>;
  /** Ends the linger early: the client has sent everything, or has disconnected. */
  readonly end: () => void;
  private readonly idle: NodeJS.Timeout;
  private remaining: number;
  private bodies = 0;

  constructor(limits: LingerLimits) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.done = promise;
    this.remaining = limits.lingerBytes;
    const deadline = setTimeout(() => this.end(), limits.lingerTimeoutMs);
    this.idle = setTimeout(() => this.end(), limits.lingerIdleMs);
    this.end = () => {
      clearTimeout(deadline);
      clearTimeout(this.idle);
      resolve();
    };
  }

  countDropped(bytes: number): void {
    this.remaining -= bytes;
    if (this.remaining < 0) this.end();
    else this.idle.refresh();
  }

  /** Reads and drops the rest of this body. The linger ends with the last body that it drops. */
  drop(request: Readable): void {
    this.bodies += 1;
    const onEnd = (): void => {
      request.off('end', onEnd).off('close', onEnd).off('error', onEnd);
      this.bodies -= 1;
      if (this.bodies === 0) this.end();
    };
    request.on('data', ({ length }: Buffer) => this.countDropped(Math.max(length, minChunkCost)));
    request.on('end', onEnd).on('close', onEnd).on('error', onEnd);
    request.resume();
  }
}

import type { IncomingMessage } from 'node:http';

/** How long a refused body is still read, and how much of it, so that the client sees the answer. */
export interface LingerLimits {
  readonly lingerBytes: number;
  readonly lingerTimeoutMs: number;
  /** Longest time without a byte. */
  readonly lingerIdleMs: number;
}

/** Reads and drops what arrives on an answered connection, until the client ends it or a limit is reached. */
export class Linger {
  /** Never rejects. */
  readonly done: Promise<void>;
  /** Ends the linger early: the client has sent everything, or has disconnected. */
  readonly end: () => void;
  private readonly idle: NodeJS.Timeout;
  private remaining: number;

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

  /** Reads and drops the rest of this body. */
  async drain(request: IncomingMessage): Promise<void> {
    const drop = (chunk: Buffer): void => this.countDropped(chunk.length);
    request.on('data', drop).on('end', this.end).on('close', this.end).on('error', this.end);
    request.resume();
    await this.done;
    request.off('data', drop);
  }
}

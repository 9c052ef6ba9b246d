import type { IncomingMessage } from 'node:http';

/** How long, and how much of, an unread body is read and dropped so that its sender sees the answer. */
export interface LingerLimits {
  readonly lingerBytes: number;
  readonly lingerTimeoutMs: number;
  /** Longest time without a byte. */
  readonly lingerIdleMs: number;
}

/** The rest of an answered connection, which is read and thrown away until it ends or a bound is reached. */
export class Linger {
  /** Never rejects. */
  readonly over: Promise<void>;
  /** Ends it early: the client has sent all, or has left. */
  readonly end: () => void;
  private readonly idle: NodeJS.Timeout;
  private left: number;

  constructor(limits: LingerLimits) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.over = promise;
    this.left = limits.lingerBytes;
    const deadline = setTimeout(() => this.end(), limits.lingerTimeoutMs);
    this.idle = setTimeout(() => this.end(), limits.lingerIdleMs);
    this.end = () => {
      clearTimeout(deadline);
      clearTimeout(this.idle);
      resolve();
    };
  }

  dropped(bytes: number): void {
    this.left -= bytes;
    if (this.left < 0) this.end();
    else this.idle.refresh();
  }

  /** Drops what still comes of this body. */
  async drain(request: IncomingMessage): Promise<void> {
    const drop = (chunk: Buffer): void => this.dropped(chunk.length);
    request.on('data', drop).on('end', this.end).on('close', this.end).on('error', this.end);
    request.resume();
    await this.over;
    request.off('data', drop);
  }
}

import type { IncomingMessage } from 'node:http';

import { malformed, RefusedReport, tooLarge } from '../outcome/outcome.js';

export interface UploadLimits {
  /** Bytes of body on the wire, before any decoding. */
  readonly maxPayloadBytes: number;
  /** Longest time without a byte. */
  readonly idleTimeoutMs: number;
  /** Longest time for the whole body, however steadily it drips. */
  readonly uploadTimeoutMs: number;
}

/** Made once: every upload is released in the end, and a stack would be taken for each. */
const goneAway = new RefusedReport({ kind: 'aborted', cause: 'disconnected' });

/**
 * The body of one request as it comes off the wire, under its caps.
 *
 * It takes the chunks as they were received: `read()` would copy what has come meanwhile into one new
 * buffer. It never destroys the request: destroying an unfinished one closes the socket, and with it the
 * only way to tell the client why its report was refused.
 */
export class Upload {
  private received = 0;
  private interruption: RefusedReport | undefined;
  private timers: readonly NodeJS.Timeout[] = [];
  private wake: () => void = () => undefined;
  /** Received and not asked for yet: a few chunks at most, the request is paused meanwhile. */
  private readonly arrived: Buffer[] = [];

  constructor(
    private readonly request: IncomingMessage,
    private readonly limits: UploadLimits,
  ) {}

  /** Bytes received so far, as sent by the client. */
  get wireBytes(): number {
    return this.received;
  }

  /** Ends the reading from outside: the connection's parser found broken framing, or the peer left. */
  interrupt(reason: RefusedReport): void {
    this.interruption ??= reason;
    this.wake();
  }

  /** @throws RefusedReport when a cap is passed, nothing comes, the client stalls or goes away. */
  async *chunks(): AsyncGenerator<Buffer> {
    const idle = setTimeout(this.stalled, this.limits.idleTimeoutMs);
    this.timers = [idle, setTimeout(this.stalled, this.limits.uploadTimeoutMs)];
    this.request.on('data', this.arrives).on('end', this.wakeReader);
    this.request.on('error', this.disconnected).on('close', this.closed);
    try {
      while (this.arrived.length > 0 || !this.request.readableEnded) {
        if (this.interruption && !this.request.readableEnded) throw this.interruption;
        const chunk = this.arrived.shift();
        if (chunk === undefined) {
          await this.moreOrOver();
          continue;
        }
        idle.refresh();
        this.count(chunk);
        yield chunk;
      }
      if (this.received === 0) throw malformed('no_content_length', 'the body is empty');
    } finally {
      this.release();
    }
  }

  /**
   * Leaves the rest of the body to whoever drops it. A decoder that failed does not say so to its source,
   * and may have left the reading anywhere.
   */
  release(): void {
    this.disconnected();
    for (const timer of this.timers) clearTimeout(timer);
    this.request.off('data', this.arrives).off('end', this.wakeReader).off('close', this.closed);
    this.request.pause();
    this.arrived.length = 0;
  }

  private readonly stalled = (): void =>
    this.interrupt(new RefusedReport({ kind: 'aborted', cause: 'stalled' }));

  private readonly disconnected = (): void => this.interrupt(goneAway);

  /** Every request closes after its end, too. */
  private readonly closed = (): void => {
    if (!this.request.readableEnded) this.disconnected();
  };

  private readonly arrives = (chunk: Buffer): void => {
    this.arrived.push(chunk);
    if (this.arrived.length > 1) this.request.pause();
    this.wake();
  };

  private readonly wakeReader = (): void => this.wake();

  private count(chunk: Buffer): void {
    this.received += chunk.length;
    if (this.received > this.limits.maxPayloadBytes)
      throw tooLarge('the request body', this.limits.maxPayloadBytes);
  }

  private async moreOrOver(): Promise<void> {
    if (this.request.readableEnded || this.interruption) return;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      if (this.request.isPaused()) this.request.resume();
    });
    this.wake = () => undefined;
  }
}

/** What the request's head alone can tell; refused before a byte of the body is read. */
export function assertAnnouncedSize(request: IncomingMessage, maxPayloadBytes: number): void {
  const announced = request.headers['content-length'];
  if (announced === undefined) {
    if (request.headers['transfer-encoding'] !== undefined) return;
    throw malformed('no_content_length', 'neither Content-Length nor chunked');
  }
  if (Number(announced) === 0) throw malformed('no_content_length', 'the body is empty');
  if (Number(announced) > maxPayloadBytes) throw tooLarge('Content-Length', maxPayloadBytes);
}

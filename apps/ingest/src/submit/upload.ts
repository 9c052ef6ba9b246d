import type { IncomingMessage } from 'node:http';

import { malformed, RefusedReport, tooLarge } from './outcome.js';

export interface UploadLimits {
  /** Bytes of body on the wire, before any decoding. */
  readonly maxPayloadBytes: number;
  /** Longest time without a byte. */
  readonly idleTimeoutMs: number;
  /** Longest time for the whole body, however steadily it drips. */
  readonly uploadTimeoutMs: number;
}

/**
 * The body of one request as it comes off the wire, under its caps.
 *
 * It reads the request in paused mode and never destroys it: destroying an unfinished request closes
 * the socket, and with it the only way to tell the client why its report was refused.
 */
export class Upload {
  private received = 0;
  private interruption: RefusedReport | undefined;
  private wake: (() => void) | undefined;

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
    this.wake?.();
  }

  /** @throws RefusedReport when a cap is passed, the client stalls or goes away. */
  async *chunks(): AsyncGenerator<Buffer> {
    const disconnected = (): void =>
      this.interrupt(new RefusedReport({ kind: 'aborted', cause: 'disconnected' }));
    const stalled = (): void =>
      this.interrupt(new RefusedReport({ kind: 'aborted', cause: 'stalled' }));
    const wake = (): void => this.wake?.();
    const deadline = setTimeout(stalled, this.limits.uploadTimeoutMs);
    const idle = setTimeout(stalled, this.limits.idleTimeoutMs);
    this.request.on('readable', wake).on('end', wake);
    this.request.on('error', disconnected).on('close', disconnected);
    try {
      while (!this.request.readableEnded) {
        if (this.interruption) throw this.interruption;
        const chunk = this.request.read() as Buffer | null;
        if (chunk === null) {
          await this.moreOrOver();
          continue;
        }
        idle.refresh();
        this.count(chunk);
        yield chunk;
      }
    } finally {
      clearTimeout(deadline);
      clearTimeout(idle);
      this.request.off('readable', wake).off('end', wake).off('close', disconnected);
    }
  }

  private count(chunk: Buffer): void {
    this.received += chunk.length;
    if (this.received > this.limits.maxPayloadBytes) {
      throw tooLarge('the request body', this.limits.maxPayloadBytes);
    }
  }

  private async moreOrOver(): Promise<void> {
    if (this.request.readableEnded || this.interruption) return;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    this.wake = undefined;
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

import type { IncomingMessage } from 'node:http';

import { malformed, RefusedReport, tooLarge } from '../outcome/outcome.js';

interface UploadLimits {
  /** Bytes of body on the wire, before decoding. */
  readonly maxPayloadBytes: number;
  /** Longest time without a byte. */
  readonly idleTimeoutMs: number;
  /** Longest time for the whole body, even if bytes keep arriving. */
  readonly uploadTimeoutMs: number;
  /** Least average rate in bytes per second, once the grace is over. */
  readonly minUploadRate: number;
  readonly uploadGraceMs: number;
}

const checkRateEveryMs = 1000;

/** One chunk of the socket. */
const maxArrivedBytes = 64 * 1024;
const maxSeparateChunks = 16;

/**
 * Node's HTTP parser takes some microseconds for each chunk, so a body in chunks of one byte would keep a core busy for
 * minutes. Clients that write each header line of a part by itself stay far below this number of chunks.
 */
const maxTinyChunks = 4096;
const tinyChunkBytes = 64;

/** Created once: every upload is released at its end, and each new error would capture a stack. */
const disconnected = new RefusedReport({ kind: 'aborted', cause: 'disconnected' });

/** What a client has sent while ingest waited for it; the time that ingest itself took does not count. */
export interface Progress {
  readonly waitedMs: number;
  readonly bytesPerSecond: number;
}

/**
 * The body of one request as it is received, within its limits.
 *
 * It takes the chunks by `data` events: `read()` would copy all buffered chunks into a new buffer. It never
 * destroys the request: destroying an unfinished request closes the socket, and the client would not learn
 * why its report was refused.
 */
export class Upload {
  private received = 0;
  private interruption: RefusedReport | undefined;
  private timers: readonly NodeJS.Timeout[] = [];
  private wake: () => void = () => undefined;
  private waitedMs = 0;
  private waitingSince: number | undefined;
  /** Chunks that are not read yet; the request is paused beyond `maxArrivedBytes`. */
  private readonly arrived: Buffer[] = [];
  private arrivedBytes = 0;
  private chunksCounted = 0;
  private bytesCounted = 0;

  constructor(
    private readonly request: IncomingMessage,
    private readonly limits: UploadLimits,
  ) {}

  /** Bytes of body received so far, before decoding. */
  get wireBytes(): number {
    return this.received;
  }

  /** Undefined while ingest does not wait for the client. */
  get progress(): Progress | undefined {
    if (this.waitingSince === undefined) return undefined;
    const waitedMs = this.waitedMs + performance.now() - this.waitingSince;
    return { waitedMs, bytesPerSecond: (this.received / waitedMs) * 1000 };
  }

  /** Makes `chunks` throw: the client is too slow. */
  cutOff(): void {
    this.interrupt(new RefusedReport({ kind: 'aborted', cause: 'too_slow' }));
  }

  /** Makes `chunks` throw: the HTTP parser found broken framing, or the client disconnected. */
  interrupt(reason: RefusedReport): void {
    this.interruption ??= reason;
    this.wake();
  }

  /** @throws RefusedReport when the body is empty or too large, or the client stalls or disconnects. */
  async *chunks(): AsyncGenerator<Buffer> {
    const idle = setTimeout(this.onStall, this.limits.idleTimeoutMs);
    const { uploadTimeoutMs, uploadGraceMs } = this.limits;
    this.timers = [
      idle,
      setTimeout(this.onStall, uploadTimeoutMs),
      setInterval(this.checkRate, Math.min(checkRateEveryMs, uploadGraceMs)),
    ];
    if (this.request.destroyed) this.onDisconnect();
    this.request.on('data', this.onData).on('end', this.onEnd);
    this.request.on('error', this.onDisconnect).on('close', this.onClose);
    try {
      while (this.arrived.length > 0 || !this.request.readableEnded) {
        if (this.interruption && !this.request.readableEnded) throw this.interruption;
        const chunk = this.takeArrived();
        if (chunk === undefined) {
          await this.nextChunkOrEnd();
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
   * Stops reading; the rest of the body is left to the linger. The caller must always call it: a decoder
   * that fails does not close its source.
   */
  release(): void {
    this.onDisconnect();
    for (const timer of this.timers) clearTimeout(timer);
    this.request.off('data', this.onData).off('end', this.onEnd).off('close', this.onClose);
    this.request.pause();
    this.arrived.length = 0;
  }

  private readonly onStall = (): void =>
    this.interrupt(new RefusedReport({ kind: 'aborted', cause: 'stalled' }));

  private readonly checkRate = (): void => {
    const { progress, limits } = this;
    if (!progress || progress.waitedMs < limits.uploadGraceMs) return;
    if (progress.bytesPerSecond < limits.minUploadRate) this.cutOff();
  };

  private readonly onDisconnect = (): void => this.interrupt(disconnected);

  /** A request also emits `close` after a normal end. */
  private readonly onClose = (): void => {
    if (!this.request.readableEnded) this.onDisconnect();
  };

  private readonly onData = (chunk: Buffer): void => {
    this.arrived.push(chunk);
    this.arrivedBytes += chunk.length;
    if (this.arrivedBytes > maxArrivedBytes) this.request.pause();
    this.refuseTinyChunks(chunk.length);
    this.wake();
  };

  private readonly onEnd = (): void => this.wake();

  private refuseTinyChunks(bytes: number): void {
    this.chunksCounted += 1;
    this.bytesCounted += bytes;
    if (this.chunksCounted < maxTinyChunks) return;
    if (this.bytesCounted >= this.chunksCounted * tinyChunkBytes) return;
    this.interrupt(
      malformed(
        'invalid_payload_structure',
        `the body has chunks of fewer than ${tinyChunkBytes} bytes on average`,
      ),
    );
  }

  /**
   * The next chunk. Many small ones are joined: one read can bring thousands of chunks of one byte, each of which
   * would cost several microseconds.
   */
  private takeArrived(): Buffer | undefined {
    const chunk =
      this.arrived.length > maxSeparateChunks
        ? Buffer.concat(this.arrived.splice(0))
        : this.arrived.shift();
    this.arrivedBytes -= chunk?.length ?? 0;
    return chunk;
  }

  private count(chunk: Buffer): void {
    this.received += chunk.length;
    if (this.received > this.limits.maxPayloadBytes)
      throw tooLarge('the request body', this.limits.maxPayloadBytes);
  }

  private async nextChunkOrEnd(): Promise<void> {
    if (this.request.readableEnded || this.interruption) return;
    this.waitingSince = performance.now();
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      if (this.request.isPaused()) this.request.resume();
    });
    this.wake = () => undefined;
    this.waitedMs += performance.now() - this.waitingSince;
    this.waitingSince = undefined;
  }
}

/** Refuses by the headers alone, before a byte of the body is read. */
export function assertAnnouncedSize(request: IncomingMessage, maxPayloadBytes: number): void {
  const announced = request.headers['content-length'];
  if (announced === undefined) {
    if (request.headers['transfer-encoding'] !== undefined) return;
    throw malformed(
      'no_content_length',
      'the request has neither Content-Length nor chunked Transfer-Encoding',
    );
  }
  if (Number(announced) === 0) throw malformed('no_content_length', 'the body is empty');
  if (Number(announced) > maxPayloadBytes) throw tooLarge('Content-Length', maxPayloadBytes);
}

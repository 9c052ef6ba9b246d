import { setTimeout as sleep } from 'node:timers/promises';
import { type Deadline, withDeadline } from '#antenna/aws-client';
import type { S3BlobStoreOptions } from './s3-client.js';
import { isTransient, type S3Action, s3Error } from './s3-error.js';

/** One attempt of a call; each has its own deadline. */
type Attempt<T> = (deadline: Deadline) => Promise<T>;

/** Repeats calls after transient failures, a limited number of times, and throws the last failure as a BlobStoreError. */
export class Attempts {
  private readonly max: number;
  private readonly retryDelayMs: number;
  private readonly requestTimeoutMs: number;
  private readonly bytesPerMs: number;
  private readonly random: () => number;

  constructor(options: S3BlobStoreOptions) {
    this.max = options.maxAttempts ?? 3;
    this.retryDelayMs = options.retryDelayMs ?? 100;
    this.requestTimeoutMs = options.requestTimeoutMs ?? 15_000;
    this.bytesPerMs = (options.minBytesPerSecond ?? 512 * 1024) / 1000;
    this.random = options.random ?? Math.random;
  }

  /** Milliseconds allowed for an attempt that transfers this many bytes. */
  timeFor(bytes: number): number {
    return this.requestTimeoutMs + bytes / this.bytesPerMs;
  }

  /**
   * @param action for the error message, such as `put a/b in bucket c`
   * @param bytes the number of bytes that the attempt sends
   * @throws BlobStoreError
   */
  async run<T>(action: S3Action, bytes: number, attempt: Attempt<T>): Promise<T> {
    for (let count = 1; ; count += 1) {
      try {
        return await withDeadline(this.timeFor(bytes), attempt);
      } catch (error) {
        if (count >= this.max || !isTransient(error)) throw s3Error(action, error);
      }
      await sleep(this.retryDelayMs * 2 ** (count - 1) * (0.5 + this.random()));
    }
  }
}

import { type Deadline, retried, withDeadline } from '#antenna/aws-client';
import type { S3BlobStoreOptions } from './s3-client.js';
import { isTransient, type S3Action, s3Error } from './s3-error.js';

/** One attempt of a call; each has its own deadline. */
type Attempt<T> = (deadline: Deadline) => Promise<T>;

/** Repeats calls after transient failures, and throws the last failure as a BlobStoreError. */
export class Attempts {
  private readonly options: S3BlobStoreOptions;
  private readonly requestTimeoutMs: number;
  private readonly bytesPerMs: number;

  constructor(options: S3BlobStoreOptions) {
    this.options = options;
    this.requestTimeoutMs = options.requestTimeoutMs ?? 15_000;
    this.bytesPerMs = (options.minBytesPerSecond ?? 512 * 1024) / 1000;
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
    try {
      return await retried(this.options, isTransient, () =>
        withDeadline(this.timeFor(bytes), attempt),
      );
    } catch (error) {
      throw s3Error(action, error);
    }
  }
}

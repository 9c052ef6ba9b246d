import type { AwsClientOptions } from '#antenna/aws-client';

/** Where the bucket is and how it is used. What is left out takes the default named beside it. */
export interface S3BlobStoreOptions extends AwsClientOptions {
  readonly bucket: string;
  /** A folder of the bucket that all keys are put under, such as `staging`. */
  readonly prefix?: string | undefined;
  /** What `check()` proves: that this identity can store objects (default) or that it can read them. */
  readonly access?: 'write' | 'read' | undefined;
  /** Bucket in the path rather than in the host name. Default: only when there is an endpoint. */
  readonly forcePathStyle?: boolean | undefined;
  /** Calls under way at once, and so connections; further calls wait. Default 16. */
  readonly maxConcurrency?: number | undefined;
  /** Milliseconds for one attempt, its body not counted. Default 15,000. */
  readonly requestTimeoutMs?: number | undefined;
  /** The slowest transfer that is waited for: a body adds its size divided by this. Default 524,288. */
  readonly minBytesPerSecond?: number | undefined;
  /** Attempts at a call that failed in passing (a time-out is not tried again). Default 3. */
  readonly maxAttempts?: number | undefined;
  /** Milliseconds before the second attempt, doubled for each further one, with jitter. Default 100. */
  readonly retryDelayMs?: number | undefined;
  /** For the jitter; 0 to 1. */
  readonly random?: (() => number) | undefined;
}

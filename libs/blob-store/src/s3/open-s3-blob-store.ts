import type { BlobStore } from '../blob-store.js';

/** Where the bucket is and how it is used. What is left out takes the default named beside it. */
export interface S3BlobStoreOptions {
  readonly bucket: string;
  /** A folder of the bucket that all keys are put under, such as `staging`. */
  readonly prefix?: string | undefined;
  /** What `check()` proves: that this identity can store objects (default) or that it can read them. */
  readonly access?: 'write' | 'read' | undefined;
  /** Default: what the SDK finds in the environment, the shared config file or the instance metadata. */
  readonly region?: string | undefined;
  /** Another S3-compatible server, such as `http://127.0.0.1:9000`. */
  readonly endpoint?: string | undefined;
  /** Bucket in the path rather than in the host name. Default: only when there is an endpoint. */
  readonly forcePathStyle?: boolean | undefined;
  /** Default: the SDK's credential chain (environment, web identity, container, instance profile). */
  readonly credentials?: S3Credentials | undefined;
  /** Calls under way at once, and so connections; further calls wait. Default 16. */
  readonly maxConcurrency?: number | undefined;
  /** Milliseconds for TCP and TLS. Default 3,000. */
  readonly connectTimeoutMs?: number | undefined;
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

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * A bucket, or a folder of it, as a blob store. Opening contacts nobody, so a service starts during an outage.
 *
 * One object is one PutObject of at most 5 GiB (S3's limit), with a CRC32 that S3 verifies before it
 * stores; the body itself is not signed, so use TLS wherever the network is not trusted. A file above a
 * few MiB is read twice and never held in memory.
 *
 * IAM actions: `s3:PutObject` to put, and for `check()` with `access: 'write'`, which stores the tiny
 * object `<prefix>/health/antenna-writable` (never listed). `s3:GetObject` to get; `s3:ListBucket` to list
 * and to be told that an object is absent, which S3 otherwise answers with 403, hence `access_denied`:
 * `check()` with `access: 'read'` needs both. `s3:DeleteObject` to delete.
 *
 * A missing bucket is `unavailable`, never `not_found`: it says nothing about the object.
 */
export async function openS3BlobStore(options: S3BlobStoreOptions): Promise<BlobStore> {
  // The SDK takes up to 200 ms to load, which only its users should pay.
  const { S3BlobStore } = await import('./s3-blob-store.js');
  return new S3BlobStore(options);
}

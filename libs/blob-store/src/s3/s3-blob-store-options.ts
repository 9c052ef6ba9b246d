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

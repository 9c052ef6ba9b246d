import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { type AwsClientOptions, clientConfig } from '#antenna/aws-client';

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

/**
 * A client without retries and time-outs of its own: the SDK cannot repeat a stream, and its request
 * time-out is one for all sizes.
 */
export function createS3Client(options: S3BlobStoreOptions, maxSockets: number): S3Client {
  const config: S3ClientConfig = {
    ...clientConfig(options, maxSockets),
    forcePathStyle: options.forcePathStyle ?? options.endpoint !== undefined,
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // The SDK opens a connection of its own for each request with `Expect: 100-continue`.
    expectContinueHeader: false,
  };
  const client = new S3Client(config);
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === 'PutObjectCommand') {
          // Spares a SHA-256 of the body: its CRC32, in a signed header, is what S3 verifies.
          Object.assign(headersIn(args.request), { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' });
        }
        return next(args);
      },
    { step: 'build', name: 'unsignedPayload' },
  );
  return client;
}

function headersIn(request: unknown): object {
  if (typeof request === 'object' && request !== null && 'headers' in request)
    return Object(request.headers) as object;
  throw new TypeError('the SDK built a request without headers');
}

import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { type AwsClientOptions, clientConfig } from '#antenna/aws-client';

/** Where the bucket is and how it is used. */
export interface S3BlobStoreOptions extends AwsClientOptions {
  readonly bucket: string;
  /** A folder of the bucket for all keys, such as `staging`. */
  readonly prefix?: string | undefined;
  /** What `check()` tests: whether this identity can store objects (default) or read them. */
  readonly access?: 'write' | 'read' | undefined;
  /** Put the bucket into the path instead of the host name. Default: true if there is an endpoint. */
  readonly forcePathStyle?: boolean | undefined;
  /** Maximum number of calls, and connections, at the same time; further calls wait. Default 16. */
  readonly maxConcurrency?: number | undefined;
  /** Milliseconds for one attempt without its body. Default 15,000. */
  readonly requestTimeoutMs?: number | undefined;
  /** The slowest accepted transfer: the time for an attempt grows by the size of its body divided by this. Default 524,288. */
  readonly minBytesPerSecond?: number | undefined;
  /** Attempts of a call with transient failures (timeouts are not retried). Default 3. */
  readonly maxAttempts?: number | undefined;
  /** Milliseconds before the second attempt, doubled for each further one, with jitter. Default 100. */
  readonly retryDelayMs?: number | undefined;
  /** Random number from 0 to 1, for the jitter. */
  readonly random?: (() => number) | undefined;
}

/**
 * A client without the SDK's retries and timeouts: the SDK cannot repeat a stream, and its request timeout
 * is the same for all sizes.
 */
export function createS3Client(options: S3BlobStoreOptions, maxSockets: number): S3Client {
  const config: S3ClientConfig = {
    ...clientConfig(options, maxSockets),
    forcePathStyle: options.forcePathStyle ?? options.endpoint !== undefined,
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // The SDK opens a new connection for each request with `Expect: 100-continue`.
    expectContinueHeader: false,
  };
  const client = new S3Client(config);
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === 'PutObjectCommand') {
          // Saves the SHA-256 of the body: S3 verifies its CRC32, which is in a signed header.
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

import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { S3BlobStoreOptions } from './s3-blob-store-options.js';

/** The SDK would warn on the console, of what we get as an error anyway. */
const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/**
 * A client without retries and time-outs of its own: the SDK cannot repeat a stream, and its request
 * time-out is one for all sizes.
 */
export function createS3Client(options: S3BlobStoreOptions, maxSockets: number): S3Client {
  const { region, endpoint, credentials, connectTimeoutMs = 3_000 } = options;
  const config: S3ClientConfig = {
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    forcePathStyle: options.forcePathStyle ?? endpoint !== undefined,
    maxAttempts: 1,
    logger: quiet,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // The SDK opens a connection of its own for each request with `Expect: 100-continue`.
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      httpAgent: { maxSockets },
      httpsAgent: { maxSockets },
    },
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
  if (typeof request === 'object' && request !== null && 'headers' in request) {
    return Object(request.headers) as object;
  }
  throw new TypeError('the SDK built a request without headers');
}

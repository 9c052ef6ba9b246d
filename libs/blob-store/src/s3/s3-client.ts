import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { clientConfig } from '#antenna/aws-client';
import type { S3BlobStoreOptions } from './s3-blob-store-options.js';

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

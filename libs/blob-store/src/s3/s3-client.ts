import { GetObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import {
  type AwsClientOptions,
  clientConfig,
  DirectClient,
  type RetryOptions,
  sampleKey,
} from '#antenna/aws-client';

/** Where the bucket is and how it is used. */
export interface S3BlobStoreOptions extends AwsClientOptions, RetryOptions {
  readonly bucket: string;
  /** A folder of the bucket for all keys, such as `staging`. */
  readonly prefix?: string | undefined;
  /** Who compares the checksum of bytes that `get` returns: the store (default), or the reader, by one of its own. */
  readonly checksumsBy?: 'store' | 'reader' | undefined;
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
  return new S3Client(config);
}

/** Sends the frequent calls for the objects of a bucket. */
export function createDirectClient(client: S3Client, bucket: string): DirectClient {
  const sample = { Bucket: bucket, Key: sampleKey };
  return new DirectClient(client, async () => new GetObjectCommand(sample), errorIn);
}

/** The error in a response: `<Error><Code>NoSuchKey</Code><Message>…</Message>…</Error>`. */
function errorIn(xml: string): { name: string; message: string } | undefined {
  const name = contentOf('Code', xml);
  return name === undefined ? undefined : { name, message: contentOf('Message', xml) ?? '' };
}

function contentOf(element: string, xml: string): string | undefined {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1];
}

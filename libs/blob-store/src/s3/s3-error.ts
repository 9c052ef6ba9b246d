import { awsFailure } from '#antenna/aws-client';
import { BlobStoreError, type BlobStoreErrorCode } from '../blob-store-error.js';

/** What S3 means by names of its own (Amazon S3 API Reference, "Error responses"). */
const codes: Readonly<Record<string, BlobStoreErrorCode>> = {
  NoSuchKey: 'not_found',
  NoSuchBucket: 'unavailable',
  InvalidToken: 'access_denied',
  TokenRefreshRequired: 'access_denied',
  QuotaExceeded: 'no_space',
};

/** Client errors by their status, yet gone with the next attempt. */
const passingNames: ReadonlySet<string> = new Set([
  'BadDigest',
  'RequestTimeout',
  'RequestTimeTooSkewed',
]);

/** The store's error for a failed call, with the SDK's as cause. The reason never has a body in it. */
export function s3Error(action: string, error: unknown): BlobStoreError {
  if (error instanceof BlobStoreError) {
    return error;
  }
  const { name, status, reason, code: common } = awsFailure(error);
  const code = codes[name] ?? common ?? (status === 507 ? 'no_space' : 'unavailable');
  return new BlobStoreError(code, `cannot ${action}: ${reason}`, { cause: error });
}

/** Whether the next attempt may well succeed: a server in trouble, a broken connection, a damaged body. */
export function isPassing(error: unknown): boolean {
  const { name, status } = awsFailure(error);
  if (s3Error('', error).code !== 'unavailable') {
    return false;
  }
  return status === undefined || status >= 500 || status === 429 || passingNames.has(name);
}

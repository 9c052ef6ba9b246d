import { awsFailure, reasonWithPermission } from '#antenna/aws-client';
import { BlobStoreError, type BlobStoreErrorCode } from '../blob-store.js';

/** What S3 means by names of its own (Amazon S3 API Reference, "Error responses"). */
const codes: Readonly<Record<string, BlobStoreErrorCode>> = {
  NoSuchKey: 'not_found',
  NoSuchBucket: 'unavailable',
  InvalidToken: 'access_denied',
  TokenRefreshRequired: 'access_denied',
  QuotaExceeded: 'no_space',
};

/** What an identity needs for each kind of call. */
const permissions = {
  put: 's3:PutObject',
  get: 's3:GetObject, and s3:ListBucket where the object may be absent',
  delete: 's3:DeleteObject',
  list: 's3:ListBucket',
} as const;

/** What is done to what: `put a/b in bucket c`. */
export type S3Action = `${keyof typeof permissions} ${string}`;

/** Client errors by their status, yet gone with the next attempt. */
const passingNames: ReadonlySet<string> = new Set([
  'BadDigest',
  'RequestTimeout',
  'RequestTimeTooSkewed',
]);

/** The store's error for a failed call, with the SDK's as cause. The reason never has a body in it. */
export function s3Error(action: S3Action, error: unknown): BlobStoreError {
  if (error instanceof BlobStoreError) return error;
  const [verb] = action.split(' ', 1) as [keyof typeof permissions];
  const reason = reasonWithPermission(awsFailure(error), permissions[verb]);
  return new BlobStoreError(codeOf(error), `cannot ${action}: ${reason}`, { cause: error });
}

/** Whether the next attempt may well succeed: a server in trouble, a broken connection, a damaged body. */
export function isPassing(error: unknown): boolean {
  const { name, status } = awsFailure(error);
  if (codeOf(error) !== 'unavailable') return false;
  return status === undefined || status >= 500 || status === 429 || passingNames.has(name);
}

function codeOf(error: unknown): BlobStoreErrorCode {
  if (error instanceof BlobStoreError) return error.code;
  const { name, status, code } = awsFailure(error);
  return codes[name] ?? code ?? (status === 507 ? 'no_space' : 'unavailable');
}

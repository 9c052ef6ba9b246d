import { awsFailure, reasonWithPermission } from '#antenna/aws-client';
import { BlobStoreError, type BlobStoreErrorCode } from '../blob-store.js';

/** Error names that only S3 uses (Amazon S3 API Reference, "Error responses"). */
const codes: Readonly<Record<string, BlobStoreErrorCode>> = {
  NoSuchKey: 'not_found',
  NoSuchBucket: 'unavailable',
  PreconditionFailed: 'conflict',
  ConditionalRequestConflict: 'conflict',
  InvalidToken: 'access_denied',
  TokenRefreshRequired: 'access_denied',
  QuotaExceeded: 'no_space',
};

const toRead = 's3:GetObject, and s3:ListBucket for objects that may not exist';
/** The IAM permission that each call needs. */
const permissions = {
  put: 's3:PutObject',
  get: toRead,
  find: toRead,
  delete: 's3:DeleteObject',
  list: 's3:ListBucket',
  purge: 's3:ListBucketVersions and s3:DeleteObjectVersion',
} as const;

/** Describes a call in an error message: `put a/b in bucket c`. */
export type S3Action = `${keyof typeof permissions} ${string}`;

/** Transient failures that have the status of a client error. */
const transientNames: ReadonlySet<string> = new Set([
  'BadDigest',
  'RequestTimeout',
  'RequestTimeTooSkewed',
]);

/** The store's error for a failed call, with the SDK's error as its cause. The message never contains a body. */
export function s3Error(action: S3Action, error: unknown): BlobStoreError {
  if (error instanceof BlobStoreError) return error;
  const [verb] = action.split(' ', 1) as [keyof typeof permissions];
  const reason = reasonWithPermission(awsFailure(error), permissions[verb]);
  return new BlobStoreError(codeOf(error), `cannot ${action}: ${reason}`, { cause: error });
}

/** Whether a HEAD request found no object, or no bucket: its answer has no body, and so no name of an error. */
export function isNotFound(error: unknown): boolean {
  return awsFailure(error).status === 404;
}

/** Whether a repeated call may succeed: server errors, broken connections, damaged bodies. */
export function isTransient(error: unknown): boolean {
  const { name, status } = awsFailure(error);
  if (codeOf(error) !== 'unavailable') return false;
  return status === undefined || status >= 500 || status === 429 || transientNames.has(name);
}

function codeOf(error: unknown): BlobStoreErrorCode {
  if (error instanceof BlobStoreError) return error.code;
  const { name, status, code } = awsFailure(error);
  return codes[name] ?? code ?? (status === 507 ? 'no_space' : 'unavailable');
}

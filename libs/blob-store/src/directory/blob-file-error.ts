import { errorMessage, systemCode } from '#antenna/errors';
import { BlobStoreError, type BlobStoreErrorCode } from '../blob-store.js';

const codes: Readonly<Record<string, BlobStoreErrorCode>> = {
  ENOSPC: 'no_space',
  EDQUOT: 'no_space',
  EACCES: 'access_denied',
  EPERM: 'access_denied',
  EROFS: 'access_denied',
  // Here, unlike in S3, a key must not be both an object and the folder of another object.
  ENOTDIR: 'invalid_key',
  EISDIR: 'invalid_key',
};

/** The store's error for a failed system call, with the system's error as its cause. */
export function blobFileError(action: string, error: unknown): BlobStoreError {
  const code = codes[systemCode(error) ?? ''] ?? 'unavailable';
  return new BlobStoreError(code, `cannot ${action}: ${errorMessage(error)}`, { cause: error });
}

/** Whether no object has a key: its path does not exist or is not that of a file. */
export function isObjectMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(systemCode(error) ?? '');
}

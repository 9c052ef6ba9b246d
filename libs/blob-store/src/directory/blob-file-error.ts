import { BlobStoreError, type BlobStoreErrorCode } from '../blob-store.js';

const codes: Readonly<Record<string, BlobStoreErrorCode>> = {
  ENOSPC: 'no_space',
  EDQUOT: 'no_space',
  EACCES: 'access_denied',
  EPERM: 'access_denied',
  EROFS: 'access_denied',
  // A key may not be an object and the folder of another object here, though S3 would allow it.
  ENOTDIR: 'invalid_key',
  EISDIR: 'invalid_key',
};

/** The store's error for a system call that failed, with the system's error as cause. */
export function blobFileError(action: string, error: unknown): BlobStoreError {
  const code = codes[systemCode(error) ?? ''] ?? 'unavailable';
  const reason = error instanceof Error ? error.message : String(error);
  return new BlobStoreError(code, `cannot ${action}: ${reason}`, { cause: error });
}

/** The `errno` name of a failed system call, such as ENOENT. */
export function systemCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error
    ? String(error.code)
    : undefined;
}

/** Whether a path led nowhere, or to something that is no file: no object has that key. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(systemCode(error) ?? '');
}

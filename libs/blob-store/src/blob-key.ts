import { BlobStoreError } from './blob-store.js';

/** S3's limit for a whole key, in bytes (AWS S3 User Guide, "Object key names"). */
const maxKeyBytes = 1024;
/** The limit of ext4 and APFS for one path segment, in bytes, minus the addition of a temporary name. */
const maxSegmentBytes = 200;
const segmentPattern = /^[A-Za-z0-9_=-][A-Za-z0-9._=-]*$/;

/**
 * Whether the key is valid in all adapters: segments of `[A-Za-z0-9._=-]` that do not begin with a dot,
 * joined by single slashes. A client can therefore not name a path outside the store's folder.
 */
export function isBlobKey(key: string): boolean {
  return (
    key.length <= maxKeyBytes &&
    key
      .split('/')
      .every((segment) => segment.length <= maxSegmentBytes && segmentPattern.test(segment))
  );
}

/** @throws BlobStoreError with code `invalid_key` if {@link isBlobKey} is false for the key. */
export function assertBlobKey(key: string): void {
  if (!isBlobKey(key))
    throw new BlobStoreError('invalid_key', `invalid blob key ${JSON.stringify(key.slice(0, 80))}`);
}

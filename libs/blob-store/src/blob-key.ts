import { BlobStoreError } from './blob-store.js';

/** S3's limit for a whole key, in bytes (AWS S3 User Guide, "Object key names"). */
const maxKeyBytes = 1024;
/** ext4's and APFS's limit for one path segment, in bytes, less what a temporary name adds. */
const maxSegmentBytes = 200;
const segmentPattern = /^[A-Za-z0-9_=-][A-Za-z0-9._=-]*$/;

/**
 * Whether the key is plain on all adapters: segments of `[A-Za-z0-9._=-]` that do not begin with a dot,
 * joined by single slashes. Nothing that a client sends can thus leave the store's folder.
 */
export function isBlobKey(key: string): boolean {
  return (
    key.length <= maxKeyBytes &&
    key
      .split('/')
      .every((segment) => segment.length <= maxSegmentBytes && segmentPattern.test(segment))
  );
}

/**
 * Refuses every key that {@link isBlobKey} does not hold for.
 * @throws BlobStoreError with code `invalid_key`
 */
export function assertBlobKey(key: string): void {
  if (!isBlobKey(key)) {
    throw new BlobStoreError(
      'invalid_key',
      `not a valid blob key: ${JSON.stringify(key.slice(0, 80))}`,
    );
  }
}

import type { BlobStore } from '../blob-store.js';
import type { S3BlobStoreOptions } from './s3-client.js';

/**
 * Opens a bucket, or a folder of it, as a blob store. Opening sends no request, so a service can start during an outage.
 *
 * Each object is stored by one PutObject of at most 5 GiB (S3's limit), with a CRC32 that S3 verifies
 * first. The body is not signed: use TLS if the network is not trusted. A file above a few MiB is read
 * twice and not kept in memory.
 *
 * IAM actions: `s3:PutObject` to put, and for `check()` with `access: 'write'`, which stores the small
 * object `<prefix>/health/antenna-writable` (never listed). `s3:GetObject` to get. `s3:ListBucket` to list,
 * and to get `not_found` for a missing object, which S3 otherwise answers with 403 (`access_denied`);
 * `check()` with `access: 'read'` needs both. `s3:DeleteObject` to delete. To rewrite, those
 * of get and put. To delete versions, `s3:ListBucketVersions` and `s3:DeleteObjectVersion`, and for all of them
 * `s3:DeleteObject`.
 *
 * A missing bucket is reported as `unavailable`, because `not_found` means a missing object.
 */
export async function openS3BlobStore(options: S3BlobStoreOptions): Promise<BlobStore> {
  // The SDK takes up to 200 ms to load: import it only if it is used.
  const { S3BlobStore } = await import('./s3-blob-store.js');
  return new S3BlobStore(options);
}

import type { BlobStore } from '../blob-store.js';
import type { S3BlobStoreOptions } from './s3-client.js';

/**
 * A bucket, or a folder of it, as a blob store. Opening contacts nobody, so a service starts during an outage.
 *
 * One object is one PutObject of at most 5 GiB (S3's limit), with a CRC32 that S3 verifies before it
 * stores; the body itself is not signed, so use TLS wherever the network is not trusted. A file above a
 * few MiB is read twice and never held in memory.
 *
 * IAM actions: `s3:PutObject` to put, and for `check()` with `access: 'write'`, which stores the tiny
 * object `<prefix>/health/antenna-writable` (never listed). `s3:GetObject` to get; `s3:ListBucket` to list
 * and to be told that an object is absent, which S3 otherwise answers with 403, hence `access_denied`:
 * `check()` with `access: 'read'` needs both. `s3:DeleteObject` to delete.
 *
 * A missing bucket is `unavailable`, never `not_found`: it says nothing about the object.
 */
export async function openS3BlobStore(options: S3BlobStoreOptions): Promise<BlobStore> {
  // The SDK takes up to 200 ms to load, which only its users should pay.
  const { S3BlobStore } = await import('./s3-blob-store.js');
  return new S3BlobStore(options);
}

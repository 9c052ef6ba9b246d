export type { BlobBody, BlobInfo, BlobStore } from './blob-store.js';
export { BlobStoreError, type BlobStoreErrorCode } from './blob-store-error.js';
export { assertBlobKey, isBlobKey } from './blob-key.js';
export { openDirectoryBlobStore } from './directory/directory-blob-store.js';
export { DirectorySync } from './directory/directory-sync.js';
export { openS3BlobStore } from './s3/open-s3-blob-store.js';
export type { S3BlobStoreOptions } from './s3/s3-blob-store-options.js';

export { isBlobKey } from './blob-key.js';
export { type BlobBody, type BlobInfo, type BlobStore, BlobStoreError } from './blob-store.js';
export { openDirectoryBlobStore } from './directory/directory-blob-store.js';
export { DirectorySync } from './directory/directory-sync.js';
export { healthObject } from './s3/object-requests.js';
export { openS3BlobStore } from './s3/open-s3-blob-store.js';
export type { S3BlobStoreOptions } from './s3/s3-client.js';

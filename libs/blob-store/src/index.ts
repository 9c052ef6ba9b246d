export type { BlobBody, BlobInfo, BlobStore } from './blob-store.js';
export { BlobStoreError, type BlobStoreErrorCode } from './blob-store-error.js';
export { assertBlobKey } from './blob-key.js';

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blobStoreContract } from '../blob-store.contract.js';
import { openDirectoryBlobStore } from './directory-blob-store.js';

blobStoreContract('a directory', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'blob-store-'));
  return {
    store: await openDirectoryBlobStore({ directory: join(parent, 'made', 'by', 'the store') }),
    dispose: () => rm(parent, { recursive: true }),
  };
});

import { constants } from 'node:fs';
import { access, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { assertBlobKey } from '../blob-key.js';
import { type BlobBody, type BlobInfo, type BlobStore, BlobStoreError } from '../blob-store.js';
import { blobFileError, isMissing, systemCode } from './blob-file-error.js';
import { createDurably, DurableDirectories } from './durable-directories.js';
import { listBlobs } from './list-blobs.js';
import { TemporaryFiles, temporaryFolder } from './temporary-files.js';
import { assertFinishedFile, writeTemporaryFile } from './write-temporary-file.js';

/** A whole block: some file systems keep a few bytes in the inode, which need no room. */
const probe = Buffer.alloc(4096);

/**
 * Opens a directory as a blob store, creating it when it does not exist, and removes the temporary files
 * of processes that were killed. A key is a path below the directory; several processes may share it.
 *
 * The directory belongs to the store alone. The store makes no symbolic links and does not list them;
 * the directory itself may be reached through one.
 * @throws BlobStoreError when the directory cannot be created or read.
 */
export async function openDirectoryBlobStore(options: { directory: string }): Promise<BlobStore> {
  const root = resolve(options.directory);
  const temporaryFiles = new TemporaryFiles(root);
  try {
    await createDurably(root);
    await temporaryFiles.sweep();
  } catch (error) {
    throw blobFileError(`open the blob store ${root}`, error);
  }
  return new DirectoryBlobStore(root, temporaryFiles);
}

class DirectoryBlobStore implements BlobStore {
  private readonly directories: DurableDirectories;

  constructor(
    readonly root: string,
    readonly temporaryFiles: TemporaryFiles,
  ) {
    this.directories = new DurableDirectories(root);
  }

  async put(key: string, body: BlobBody): Promise<void> {
    assertBlobKey(key);
    if (!Buffer.isBuffer(body)) await assertFinishedFile(body);
    try {
      await this.mendingFolders(() => this.replace(key, body));
    } catch (error) {
      throw blobFileError(`store ${key}`, error);
    }
  }

  async get(key: string): Promise<Buffer> {
    assertBlobKey(key);
    try {
      return await readFile(join(this.root, key));
    } catch (error) {
      if (isMissing(error))
        throw new BlobStoreError('not_found', `no object ${key}`, { cause: error });
      throw blobFileError(`read ${key}`, error);
    }
  }

  /** Not synced: a power cut may bring the object back, and whoever deleted it will do so again. */
  async delete(key: string): Promise<void> {
    assertBlobKey(key);
    try {
      await unlink(join(this.root, key));
    } catch (error) {
      if (!isMissing(error)) throw blobFileError(`delete ${key}`, error);
    }
  }

  async *list(prefix: string): AsyncIterable<BlobInfo> {
    try {
      yield* listBlobs(this.root, prefix);
    } catch (error) {
      throw blobFileError(`list ${prefix}`, error);
    }
  }

  /** Stores bytes and removes them: a full disk lets everything else be done to a directory. */
  async check(): Promise<void> {
    try {
      await access(this.root, constants.R_OK | constants.X_OK);
      await this.mendingFolders(() => this.tryToWrite());
    } catch (error) {
      throw blobFileError(`use the blob store ${this.root}`, error);
    }
  }

  private async replace(key: string, body: BlobBody): Promise<void> {
    const folder = dirname(key);
    const temporary = this.temporaryFiles.newPath();
    await this.directories.ensure(temporaryFolder);
    await this.directories.ensure(folder);
    try {
      await writeTemporaryFile(temporary, body);
      await rename(temporary, join(this.root, key));
    } catch (error) {
      await discard(temporary);
      throw error;
    }
    if (!Buffer.isBuffer(body)) {
      // rename(2) does nothing when both names are links to one file: the same file was put before.
      await discard(temporary);
    }
    await this.directories.sync(folder);
  }

  /** The file loses its name before it is written: whatever ends the check, nothing of it stays. */
  private async tryToWrite(): Promise<void> {
    const temporary = this.temporaryFiles.newPath();
    await this.directories.ensure(temporaryFolder);
    const file = await open(temporary, 'wx');
    try {
      await unlink(temporary);
      await file.writeFile(probe);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** An operator who clears old dates may remove a folder that this process has seen. */
  private async mendingFolders(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      this.directories.forget();
      await work();
    }
  }
}

/** Best effort: what stays is removed by the sweep of a later start. */
async function discard(temporary: string): Promise<void> {
  await unlink(temporary).catch(() => undefined);
}

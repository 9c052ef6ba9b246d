import { constants, lstatSync, renameSync } from 'node:fs';
import { access, open, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isMissing } from '#antenna/errors';
import { assertBlobKey } from '../blob-key.js';
import {
  type BlobBody,
  type BlobInfo,
  type BlobStore,
  BlobStoreError,
  type ListOptions,
} from '../blob-store.js';
import { filesOf } from '../body-files.js';
import { blobFileError, isObjectMissing } from './blob-file-error.js';
import { createDurably, DurableDirectories } from './durable-directories.js';
import { readWhole } from './file-calls.js';
import { listBlobs } from './list-blobs.js';
import { TemporaryFiles, temporaryFolder } from './temporary-files.js';
import {
  assertFinishedFile,
  linkNew,
  type UncheckedBody,
  writeTemporaryFile,
} from './write-temporary-file.js';

/** A whole block: some file systems store a few bytes in the inode, which works on a full disk. */
const probe = Buffer.alloc(4096);

/**
 * Opens a directory as a blob store: creates it if it does not exist, and removes the temporary files of
 * killed processes. A key is a path below the directory. Several processes may share the directory, but
 * nothing else must be kept in it.
 *
 * The store creates no symbolic links and does not list them; the directory itself may be one.
 * @param options.access with `read`, opening creates and removes nothing, and the directory must exist
 * @throws BlobStoreError if the directory cannot be created or read.
 */
export async function openDirectoryBlobStore(options: {
  readonly directory: string;
  readonly access?: 'write' | 'read';
}): Promise<BlobStore> {
  const root = resolve(options.directory);
  const temporaryFiles = new TemporaryFiles(root);
  try {
    if (options.access === 'read') {
      await access(root, constants.R_OK | constants.X_OK);
    } else {
      await createDurably(root);
      await temporaryFiles.sweep();
    }
  } catch (error) {
    throw blobFileError(`open the blob store ${root}`, error);
  }
  return new DirectoryBlobStore(root, temporaryFiles);
}

class DirectoryBlobStore implements BlobStore {
  readonly prefersBatches = false;
  private readonly directories: DurableDirectories;

  constructor(
    readonly root: string,
    readonly temporaryFiles: TemporaryFiles,
  ) {
    this.directories = new DurableDirectories(root);
  }

  async put(key: string, body: BlobBody): Promise<void> {
    assertBlobKey(key);
    if ('crc32' in body) return this.put(key, body.bytes);
    if (!Buffer.isBuffer(body)) for (const file of filesOf(body)) assertFinishedFile(file);
    try {
      await this.recreatingFolders(() => this.replace(key, body));
    } catch (error) {
      throw blobFileError(`store ${key}`, error);
    }
  }

  async get(key: string): Promise<Buffer> {
    assertBlobKey(key);
    try {
      return await readWhole(join(this.root, key));
    } catch (error) {
      if (isObjectMissing(error))
        throw new BlobStoreError('not_found', `object ${key} does not exist`, { cause: error });
      throw blobFileError(`read ${key}`, error);
    }
  }

  async size(key: string): Promise<number | undefined> {
    assertBlobKey(key);
    try {
      const stats = await stat(join(this.root, key));
      return stats.isFile() ? stats.size : undefined;
    } catch (error) {
      if (isObjectMissing(error)) return undefined;
      throw blobFileError(`look for ${key}`, error);
    }
  }

  /**
   * No system call renames on a condition: the file is compared immediately before. A writer in another process that
   * renames between these two calls, within microseconds, is overwritten.
   */
  async rewrite(
    key: string,
    change: (bytes: Buffer) => Buffer | undefined | Promise<Buffer | undefined>,
  ): Promise<boolean> {
    assertBlobKey(key);
    const path = join(this.root, key);
    const before = identityOf(path);
    const bytes = await this.get(key);
    const changed = await change(bytes);
    if (changed === undefined) return false;
    const temporary = this.temporaryFiles.newPath();
    try {
      await this.directories.ensure(temporaryFolder);
      await writeTemporaryFile(temporary, changed);
      if (identityOf(path) !== before)
        throw new BlobStoreError('conflict', `object ${key} was changed by another writer`);
      renameSync(temporary, path);
      await this.directories.sync(dirname(key));
    } catch (error) {
      await discard(temporary);
      throw error instanceof BlobStoreError ? error : blobFileError(`store ${key}`, error);
    }
    return true;
  }

  async deleteVersions(key: string, which: 'older' | 'all'): Promise<void> {
    if (which === 'all') await this.delete(key);
  }

  /** Not synced: a power cut may restore the object; callers repeat their deletes. */
  async delete(key: string): Promise<void> {
    assertBlobKey(key);
    try {
      await unlink(join(this.root, key));
    } catch (error) {
      if (!isObjectMissing(error)) throw blobFileError(`delete ${key}`, error);
    }
  }

  async *list(prefix: string, { after }: ListOptions = {}): AsyncIterable<BlobInfo> {
    try {
      yield* listBlobs(this.root, prefix, { after });
    } catch (error) {
      throw blobFileError(`list ${prefix}`, error);
    }
  }

  /** Writes and removes bytes, because only a write fails on a full disk. */
  async check(): Promise<void> {
    try {
      await this.recreatingFolders(async () => {
        await access(this.root, constants.R_OK | constants.X_OK);
        await this.tryToWrite();
      });
    } catch (error) {
      throw blobFileError(`use the blob store ${this.root}`, error);
    }
  }

  private async replace(key: string, body: UncheckedBody): Promise<void> {
    const folder = dirname(key);
    await this.directories.ensure(folder);
    const isLinked = 'path' in body && linkNew(body, join(this.root, key));
    if (!isLinked) await this.replaceByRename(key, body);
    await this.directories.sync(folder);
  }

  private async replaceByRename(key: string, body: UncheckedBody): Promise<void> {
    const temporary = this.temporaryFiles.newPath();
    await this.directories.ensure(temporaryFolder);
    try {
      await writeTemporaryFile(temporary, body);
      renameSync(temporary, join(this.root, key));
    } catch (error) {
      await discard(temporary);
      throw error;
    }
    if (!Buffer.isBuffer(body)) {
      // rename(2) does nothing if both names link to the same file, which happens when a put is repeated.
      await discard(temporary);
    }
  }

  /** Unlinks the file before writing to it, so that a killed check leaves nothing behind. */
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

  /** Repeats the work once if a folder, or the root, is missing: an operator may have deleted it. */
  private async recreatingFolders(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isMissing(error)) throw error;
      this.directories.forget();
      await createDurably(this.root);
      await work();
    }
  }
}

/** Differs after each put of other bytes. A new name or link of the file does not change it. */
function identityOf(path: string): string | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.ino} ${stats.mtimeNs} ${stats.size}`;
}

/** Best effort: the sweep of a later start removes files that are left. */
async function discard(temporary: string): Promise<void> {
  await unlink(temporary).catch(() => undefined);
}

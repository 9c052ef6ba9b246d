import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage, isError, isMissing } from '#antenna/errors';
import { isDraft, removeOldDrafts, replaceFile } from './draft-file.js';
import { headBytes, parseHead } from './symbol-file.js';
import { SymbolsError } from './symbols-error.js';

/**
 * Plain symbol files in a directory that several processes may share. Nothing of a minidump is in its file names. The
 * time of the last modification is that of the last use.
 */
export class SymbolCache {
  private evicting: Promise<void> = Promise.resolve();
  /** Bytes in the directory, as last seen. */
  bytes = 0;

  /**
   * Creates the directory if it does not exist.
   * @param onEvicted is called for each file that is removed for others
   * @throws SymbolsError with code `cache`
   */
  static async open(
    directory: string,
    maxBytes: number,
    onEvicted: () => void,
  ): Promise<SymbolCache> {
    const cache = new SymbolCache(directory, maxBytes, onEvicted);
    await cache.using(async () => {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await cache.evict();
    });
    return cache;
  }

  private constructor(
    private readonly directory: string,
    private readonly maxBytes: number,
    private readonly onEvicted: () => void,
  ) {}

  /** The path of the file with this key; undefined if there is none, or if it is not of the build. */
  find(key: string, debugId: string): Promise<string | undefined> {
    const path = this.pathOf(key);
    return this.using(async () => {
      try {
        if (!(await isOf(debugId, path))) {
          await rm(path, { force: true });
          return undefined;
        }
        const now = new Date();
        await utimes(path, now, now);
        return path;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });
  }

  /**
   * Keeps a file and removes others if there are too many bytes.
   * @param write makes the file; what it throws is thrown unless the directory is the reason
   */
  async store(key: string, write: (draft: string) => Promise<void>): Promise<string> {
    const path = this.pathOf(key);
    await this.using(async () => {
      await mkdir(this.directory, { recursive: true, mode: 0o700 });
      await replaceFile(this.directory, path, write);
      await this.evict();
    });
    return path;
  }

  /** One after the other, so that two do not remove for the same bytes. */
  private evict(): Promise<void> {
    this.evicting = this.evicting.catch(() => undefined).then(() => this.removeOldest());
    return this.evicting;
  }

  private async removeOldest(): Promise<void> {
    await removeOldDrafts(this.directory, Date.now());
    const files = await this.files();
    let bytes = files.reduce((sum, { size }) => sum + size, 0);
    for (const { path, size } of files.toSorted((a, b) => a.usedMs - b.usedMs)) {
      if (bytes <= this.maxBytes) break;
      await rm(path, { force: true });
      this.onEvicted();
      bytes -= size;
    }
    this.bytes = bytes;
  }

  private async files() {
    const names = (await readdir(this.directory)).filter((name) => !isDraft(name));
    const files = names.map(async (name) => {
      const path = join(this.directory, name);
      const stats = await stat(path).catch((error: unknown) => {
        // Another process has removed it.
        if (isMissing(error)) return undefined;
        throw error;
      });
      return stats?.isFile() === true ? [{ path, size: stats.size, usedMs: stats.mtimeMs }] : [];
    });
    return (await Promise.all(files)).flat();
  }

  private pathOf(key: string): string {
    return join(this.directory, `${createHash('sha256').update(key).digest('hex')}.sym`);
  }

  private async using<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isOfFileSystem(error)) throw error;
      throw new SymbolsError(
        'cache',
        `cannot use the symbol cache ${this.directory}: ${errorMessage(error)}; set SYMBOL_CACHE_DIR to a writable directory with SYMBOL_CACHE_BYTES of space`,
        { cause: error },
      );
    }
  }
}

async function isOf(debugId: string, path: string): Promise<boolean> {
  await using file = await open(path, 'r');
  const bytes = Buffer.alloc(headBytes);
  const { bytesRead } = await file.read(bytes, 0, headBytes, 0);
  try {
    return parseHead(bytes.subarray(0, bytesRead)).debugId === debugId;
  } catch (error) {
    if (error instanceof SymbolsError) return false;
    throw error;
  }
}

/** Not so the failures of a source, which are all SymbolsErrors. */
function isOfFileSystem(error: unknown): boolean {
  return isError(error) && 'syscall' in error;
}

import { copyFile, mkdir, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { errorMessage, systemCode } from '#antenna/errors';
import { removeOldDrafts, replaceFile } from '../draft-file.js';
import { moduleAt } from '../module-id.js';
import { headBytes } from '../symbol-file.js';
import { SymbolsError } from '../symbols-error.js';
import type { Part, PutFile, StoredSymbols, SymbolStore } from './symbol-source.js';

/** A directory with symbol files. It need not exist. */
export class DirectorySymbols implements SymbolStore {
  readonly kind = 'directory';

  constructor(readonly location: string) {}

  async open(path: string, part: Part): Promise<Readable | undefined> {
    if ((await this.size(path)) === undefined) return undefined;
    try {
      const file = await open(join(this.location, path), 'r');
      return file.createReadStream(part === 'head' ? { end: headBytes - 1 } : {});
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw this.asSymbolsError(error);
    }
  }

  /** Bytes of the file as it is there; undefined if there is none. */
  async size(path: string): Promise<number | undefined> {
    try {
      const stats = await stat(join(this.location, path));
      return stats.isFile() ? stats.size : undefined;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw this.asSymbolsError(error);
    }
  }

  async put(path: string, { file }: PutFile): Promise<void> {
    try {
      await mkdir(this.location, { recursive: true });
      await removeOldDrafts(this.location, Date.now());
      await replaceFile(this.location, join(this.location, path), (draft) => copyFile(file, draft));
    } catch (error) {
      throw new SymbolsError('unreachable', `cannot write: ${errorMessage(error)}`, {
        cause: error,
      });
    }
  }

  async *list(): AsyncIterable<StoredSymbols> {
    for (const debugFile of (await this.entries('')).toSorted()) {
      for (const debugId of await this.entries(debugFile)) {
        const folder = `${debugFile}/${debugId}`;
        for (const name of await this.entries(folder)) {
          const path = `${folder}/${name}`;
          const stats =
            moduleAt(path) && (await stat(join(this.location, path)).catch(() => undefined));
          if (stats?.isFile() === true) yield { path, size: stats.size, modifiedAt: stats.mtime };
        }
      }
    }
  }

  close(): void {
    // Nothing is kept open.
  }

  private async entries(folder: string): Promise<string[]> {
    try {
      return await readdir(join(this.location, folder));
    } catch (error) {
      if (isAbsent(error)) return [];
      throw this.asSymbolsError(error);
    }
  }

  /** Without a path, which names the module. */
  asSymbolsError(error: unknown): SymbolsError {
    if (error instanceof SymbolsError) return error;
    const code = ['EACCES', 'EPERM'].includes(systemCode(error) ?? '') ? 'denied' : 'unreachable';
    const reason = systemCode(error) ?? errorMessage(error);
    return new SymbolsError(code, `cannot read it: ${reason}`, { cause: error });
  }
}

function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(systemCode(error) ?? '');
}

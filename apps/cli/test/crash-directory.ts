import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BlobStore, openDirectoryBlobStore } from '#antenna/blob-store';
import { dumpKey, dumpNamesKey, rawCrashKey } from '#antenna/crash-report';
import { type CapturedRun, runCaptured } from './run-captured.js';

/** A directory of crashes, and `antenna crashes` run on it. */
export class CrashDirectory {
  private constructor(
    readonly path: string,
    readonly store: BlobStore,
  ) {}

  static async create(): Promise<CrashDirectory> {
    const path = await mkdtemp(join(tmpdir(), 'crashes-'));
    return new CrashDirectory(
      path,
      await openDirectoryBlobStore({ directory: join(path, 'store') }),
    );
  }

  /** Outside the store. */
  file(name: string): string {
    return join(this.path, name);
  }

  async dispose(): Promise<void> {
    await rm(this.path, { recursive: true });
  }

  run(...args: string[]): Promise<CapturedRun> {
    return runCaptured(['crashes', ...args, '--stored', join(this.path, 'store')]);
  }

  /** With a minidump. */
  async put(crashId: string, rawCrash: object): Promise<void> {
    await this.store.put(dumpKey(crashId, 'upload_file_minidump'), Buffer.from('MDMP'));
    await this.store.put(dumpNamesKey(crashId), Buffer.from('["upload_file_minidump"]'));
    await this.store.put(rawCrashKey(crashId), Buffer.from(JSON.stringify(rawCrash)));
  }

  async rawCrash(crashId: string): Promise<unknown> {
    return JSON.parse((await this.store.get(rawCrashKey(crashId))).toString());
  }

  async keys(): Promise<string[]> {
    return (await Array.fromAsync(this.store.list(''))).map(({ key }) => key);
  }

  /** The crash ids in an audit file, sorted by number and day: crashes are changed in parallel. */
  async audited(name: string): Promise<string[]> {
    const lines = (await readFile(this.file(name), 'utf8')).trimEnd().split('\n');
    return lines.map((line) => (JSON.parse(line) as { crashId: string }).crashId).toSorted();
  }
}

export function crashIdOf(number: number, day = '20'): string {
  return `${String(number).padStart(8, '0')}-cbbf-4589-a673-34f8002611${day}`;
}

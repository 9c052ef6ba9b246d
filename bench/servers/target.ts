import { mkdir, readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { freePort, waitFor } from '#antenna/testing';

import { ServerProcess } from './server-process.js';

export const targetNames = ['floor', 'floor-discard', 'ingest', 'standalone'] as const;
export type TargetName = (typeof targetNames)[number];

interface TargetKind {
  readonly entry: string;
  readonly args: (port: number, directory: string) => readonly string[];
  readonly env: (port: number, directory: string) => Readonly<Record<string, string>>;
  /** Folders whose files are still to be worked on. */
  readonly waiting: readonly string[];
  /** Folders where finished reports end up. */
  readonly finished: readonly string[];
}

const floor = (mode: 'store' | 'discard'): TargetKind => ({
  entry: './floor-server.js',
  args: (port, directory) => [String(port), join(directory, 'reports'), mode],
  env: () => ({}),
  waiting: [],
  finished: ['reports'],
});

const kinds: Readonly<Record<TargetName, TargetKind>> = {
  floor: floor('store'),
  'floor-discard': floor('discard'),
  ingest: {
    entry: './ingest-process.js',
    args: (_port, directory) => [directory],
    env: (port, directory) => ({
      HOST: '127.0.0.1',
      PORT: String(port),
      SPOOL_DIR: join(directory, 'spool'),
    }),
    waiting: ['spool/envelopes'],
    finished: ['staging'],
  },
  standalone: {
    entry: '../../apps/standalone/src/main.js',
    args: () => [],
    env: (port, directory) => ({
      HOST: '127.0.0.1',
      PORT: String(port),
      THROTTLE_CONFIG_PORT: '0',
      CRASHMOVER_PORT: '0',
      ANTENNA_DATA_DIR: directory,
    }),
    waiting: ['spool/envelopes', 'staging'],
    finished: ['crashes'],
  },
};

/** How long a backlog may take to be worked off after a run. */
const settleTimeoutMs = 120_000;

/** Something that reports are sent to, with the folder where it keeps them. */
export class Target {
  private readonly emptied = new Set<string>();

  private constructor(
    readonly name: TargetName,
    readonly server: ServerProcess,
    private readonly directory: string,
  ) {}

  /** @param nodeFlags for Node itself, such as those of its profiler */
  static async start(
    name: TargetName,
    directory: string,
    nodeFlags: readonly string[] = [],
  ): Promise<Target> {
    const kind = kinds[name];
    const port = await freePort();
    for (const folder of kind.finished) await mkdir(join(directory, folder), { recursive: true });
    const server = await ServerProcess.start({
      entry: fileURLToPath(new URL(kind.entry, import.meta.url)),
      args: kind.args(port, directory),
      env: kind.env(port, directory),
      port,
      nodeFlags,
    });
    return new Target(name, server, directory);
  }

  /** Reports that were acknowledged and are still on their way. */
  async backlog(): Promise<number> {
    const files = await Promise.all(this.folders('waiting').map(filesBelow));
    return files.flat().length;
  }

  /** Waits until everything acknowledged has come to its end. */
  async settle(): Promise<void> {
    await waitFor(async () => (await this.backlog()) === 0, {
      timeoutMs: settleTimeoutMs,
      describe: `${this.name} to work off its backlog`,
    });
  }

  /**
   * Empties the files of the reports, so that a long run does not fill the disk. They are not removed: ext4
   * passes over the inodes of files deleted in the last minute one by one when it creates a file, and the
   * next run would pay for that.
   */
  async empty(): Promise<void> {
    for (const folder of this.folders('finished')) {
      for (const file of await filesBelow(folder)) {
        if (!this.emptied.has(file)) await truncate(file);
        this.emptied.add(file);
      }
    }
  }

  private folders(which: 'waiting' | 'finished'): string[] {
    return kinds[this.name][which].map((folder) => join(this.directory, folder));
  }
}

export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

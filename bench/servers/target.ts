import { mkdir, readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { freePort, waitFor } from '#antenna/testing';

import { nodeFlagsOf } from './node-flags.js';
import { ServerProcess } from './server-process.js';
import type { GateCommand } from './shipping-gate.js';

/** `ingest` ships after a run, `ingest-shipping` during the run; both into a folder. */
export type TargetName =
  | 'floor'
  | 'floor-discard'
  | 'floor-moving'
  | 'ingest'
  | 'ingest-shipping'
  | 'standalone';

interface TargetKind {
  readonly entry: string;
  /** The script of package.json with its flags for Node. */
  readonly script: string | undefined;
  readonly args: (port: number, directory: string) => readonly string[];
  readonly env: (port: number, directory: string) => Readonly<Record<string, string>>;
  /** Folders with the files of unfinished reports. */
  readonly waiting: readonly string[];
  /** Folder of finished reports; undefined if there is none. */
  readonly finished: string | undefined;
  /** Matches one file per report in that folder. */
  readonly oneEach: RegExp;
  /** Shipping waits while requests are measured. */
  readonly holdsBack: boolean;
}

const floor = (mode: 'store' | 'discard'): TargetKind => ({
  entry: './floor-server-process.js',
  script: undefined,
  args: (port, directory) => [String(port), join(directory, 'reports'), mode],
  env: () => ({}),
  waiting: [],
  finished: 'reports',
  oneEach: /./,
  holdsBack: false,
});

const ingest = (shipping: 'held back' | 'meanwhile'): TargetKind => ({
  entry: './ingest-process.js',
  script: 'start:ingest',
  args: () => [],
  env: (port, directory) => ({
    HOST: '127.0.0.1',
    PORT: String(port),
    SPOOL_DIR: join(directory, 'spool'),
    ANTENNA_DATA_DIR: directory,
  }),
  waiting: ['spool/envelopes'],
  finished: 'staging',
  oneEach: /./,
  holdsBack: shipping === 'held back',
});

const kinds: Readonly<Record<TargetName, TargetKind>> = {
  floor: floor('store'),
  'floor-discard': floor('discard'),
  'floor-moving': {
    entry: './moving-floor-process.js',
    script: undefined,
    args: (port, directory) => [String(port), directory],
    env: () => ({}),
    waiting: ['spool', 'staging'],
    finished: 'crashes',
    oneEach: /\/raw_crash\//,
    holdsBack: false,
  },
  ingest: ingest('held back'),
  'ingest-shipping': ingest('meanwhile'),
  standalone: {
    entry: '../../apps/standalone/src/main.js',
    script: 'start',
    args: () => [],
    env: (port, directory) => ({
      HOST: '127.0.0.1',
      PORT: String(port),
      THROTTLE_CONFIG_PORT: '0',
      CRASHMOVER_PORT: '0',
      PROCESSOR: 'off',
      CRASH_STATS: 'off',
      ANTENNA_DATA_DIR: directory,
    }),
    waiting: ['spool/envelopes', 'staging'],
    finished: 'crashes',
    oneEach: /\/raw_crash\//,
    holdsBack: false,
  },
};

export interface TargetOptions {
  /** For Node itself, in addition to its own. */
  readonly nodeFlags?: readonly string[];
  /** In addition to its own. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Maximum time to finish a backlog after a run. */
const settleTimeoutMs = 120_000;

/** A server under measurement, with the folder of its reports. */
export class Target {
  private readonly emptied = new Set<string>();

  private constructor(
    readonly name: TargetName,
    readonly server: ServerProcess,
    private readonly directory: string,
  ) {}

  static async start(
    name: TargetName,
    directory: string,
    { nodeFlags = [], args = [], env = {} }: TargetOptions = {},
  ): Promise<Target> {
    const kind = kinds[name];
    const port = await freePort();
    const ownFlags = kind.script === undefined ? [] : await nodeFlagsOf(kind.script);
    await mkdir(join(directory, kind.finished ?? ''), { recursive: true });
    const server = await ServerProcess.start({
      entry: fileURLToPath(new URL(kind.entry, import.meta.url)),
      args: [...kind.args(port, directory), ...args],
      env: { ...kind.env(port, directory), ...env },
      port,
      nodeFlags: [...ownFlags, ...nodeFlags],
    });
    return new Target(name, server, directory);
  }

  /** Whether shipping waits between `hold` and `release`. */
  get holdsBack(): boolean {
    return kinds[this.name].holdsBack;
  }

  /** Stops shipping, if the target holds it back. */
  async hold(): Promise<void> {
    if (this.holdsBack) await this.command('hold');
  }

  async release(): Promise<void> {
    if (this.holdsBack) await this.command('release');
  }

  private async command(command: GateCommand): Promise<void> {
    const answer = await this.server.ask(command);
    if (answer !== command)
      throw new Error(`expected the answer ${command}, got ${String(answer)}`);
  }

  /** The number of acknowledged reports that are not finished. */
  async backlog(): Promise<number> {
    const folders = kinds[this.name].waiting.map((folder) => join(this.directory, folder));
    return (await Promise.all(folders.map(filesBelow))).flat().length;
  }

  /** Waits until all acknowledged reports are finished. */
  async settle(): Promise<void> {
    await waitFor(async () => (await this.backlog()) === 0, {
      timeoutMs: settleTimeoutMs,
      describe: `${this.name} to finish its backlog`,
    });
  }

  /**
   * Empties the files of the reports, so that a long run does not fill the disk. It does not remove them: when ext4
   * creates a file, it skips the inodes of recently deleted files one by one, which would slow down the next run.
   * @returns the number of reports that were finished since the last call; undefined if there are no files
   */
  async empty(): Promise<number | undefined> {
    const { finished, oneEach } = kinds[this.name];
    if (finished === undefined) return undefined;
    const files = await filesBelow(join(this.directory, finished));
    const fresh = files.filter((file) => !this.emptied.has(file));
    for (const file of fresh) {
      await truncate(file);
      this.emptied.add(file);
    }
    return fresh.filter((file) => oneEach.test(file)).length;
  }
}

export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

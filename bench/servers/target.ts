import { mkdir, readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { freePort, waitFor } from '#antenna/testing';

import { nodeFlagsOf } from './node-flags.js';
import { ServerProcess } from './server-process.js';
import type { GateCommand } from './shipping-gate.js';

/**
 * `ingest` ships after it has received, `ingest-shipping` meanwhile, `ingest-aws` meanwhile to S3 and SQS, which
 * whoever starts it names by variables.
 */
export type TargetName =
  | 'floor'
  | 'floor-discard'
  | 'ingest'
  | 'ingest-shipping'
  | 'ingest-aws'
  | 'standalone';

interface TargetKind {
  readonly entry: string;
  /** Of package.json: its flags for Node are used here, too. */
  readonly script: string | undefined;
  readonly args: (port: number, directory: string) => readonly string[];
  readonly env: (port: number, directory: string) => Readonly<Record<string, string>>;
  /** Folders whose files are still to be worked on. */
  readonly waiting: readonly string[];
  /** Folder where finished reports end up; undefined when that is none. */
  readonly finished: string | undefined;
  /** The file there that each report has one of. */
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
  ingest: ingest('held back'),
  'ingest-shipping': ingest('meanwhile'),
  'ingest-aws': { ...ingest('meanwhile'), finished: undefined },
  standalone: {
    entry: '../../apps/standalone/src/main.js',
    script: 'start',
    args: () => [],
    env: (port, directory) => ({
      HOST: '127.0.0.1',
      PORT: String(port),
      THROTTLE_CONFIG_PORT: '0',
      CRASHMOVER_PORT: '0',
      ANTENNA_DATA_DIR: directory,
    }),
    waiting: ['spool/envelopes', 'staging'],
    finished: 'crashes',
    oneEach: /\/raw_crash\//,
    holdsBack: false,
  },
};

export interface TargetOptions {
  /** For Node itself, besides its own, such as those of its profiler. */
  readonly nodeFlags?: readonly string[];
  /** Besides its own. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

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

  /** From now on a target that holds back ships nothing; any other one goes on as ever. */
  async hold(): Promise<void> {
    if (this.holdsBack) await this.tell('hold');
  }

  async release(): Promise<void> {
    if (this.holdsBack) await this.tell('release');
  }

  private async tell(command: GateCommand): Promise<void> {
    const answer = await this.server.ask(command);
    if (answer !== command) throw new Error(`told to ${command}, it said ${String(answer)}`);
  }

  /** Reports that were acknowledged and are still on their way. */
  async backlog(): Promise<number> {
    const folders = kinds[this.name].waiting.map((folder) => join(this.directory, folder));
    return (await Promise.all(folders.map(filesBelow))).flat().length;
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
   * @returns how many reports have come to their end since the last time; undefined when there are no files.
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

import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { openEmbeddedQueues } from '#antenna/message-queue';
import { freePort, type RunningProcess, startProcess, waitFor } from '#antenna/testing';

const dist = resolve(import.meta.dirname, '../dist/apps');
/** What `npm start` runs. */
export const standaloneEntry = join(dist, 'standalone/src/main.js');
/** What `npm run start:processor` runs. */
export const processorEntry = join(dist, 'processor/src/main.js');
/** What `npm run start:crash-stats` runs. */
export const crashStatsEntry = join(dist, 'crash-stats/src/main.js');
/** What `npm run antenna` runs. */
export const cliEntry = join(dist, 'cli/src/main.js');

/** Runs one command of `antenna` until it ends. */
export async function antenna(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const command = await startProcess([cliEntry, ...args], { env });
  const { code } = await command.exit;
  return { code, stdout: command.stdout.join('\n'), stderr: command.stderr.join('\n') };
}

/** `RULES=mozilla npm start` as a separate process on a data directory, which tests can kill and start again. */
export class CollectorProcess {
  private process: RunningProcess | undefined;

  private constructor(
    readonly dataDirectory: string,
    readonly ports: Readonly<
      Record<'ingest' | 'throttleConfig' | 'crashmover' | 'processor' | 'crashStats', number>
    >,
    /** The whole configuration, as environment variables. */
    readonly env: Readonly<Record<string, string>>,
  ) {}

  static async at(
    dataDirectory: string,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<CollectorProcess> {
    const ports = {
      ingest: await freePort(),
      throttleConfig: await freePort(),
      crashmover: await freePort(),
      processor: await freePort(),
      crashStats: await freePort(),
    };
    return new CollectorProcess(dataDirectory, ports, {
      ANTENNA_DATA_DIR: dataDirectory,
      HOST: '127.0.0.1',
      PORT: String(ports.ingest),
      THROTTLE_CONFIG_PORT: String(ports.throttleConfig),
      CRASHMOVER_PORT: String(ports.crashmover),
      // Most specs look at the processing queue, which the processor would empty.
      PROCESSOR: 'off',
      PROCESSOR_PORT: String(ports.processor),
      CRASH_STATS: 'off',
      CRASH_STATS_PORT: String(ports.crashStats),
      RULES: 'mozilla',
      ...settings,
    });
  }

  /** Where crash reports go. */
  get url(): string {
    return `${this.address('ingest')}/submit`;
  }

  address(service: keyof CollectorProcess['ports']): string {
    return `http://127.0.0.1:${this.ports[service]}`;
  }

  get running(): RunningProcess {
    if (!this.process) throw new Error('the collector is not running');
    return this.process;
  }

  async start(): Promise<void> {
    this.process = await startProcess([standaloneEntry], { env: this.env });
    await this.process.waitForLine('"message":"ready"', { timeoutMs: 30_000 });
  }

  /** Sends SIGKILL and waits for the exit. Does nothing if the process was never started. */
  async kill(): Promise<void> {
    this.process?.kill('SIGKILL');
    await this.process?.exit;
  }

  /** Waits until spool and staging are empty. */
  async drained(): Promise<void> {
    let left: readonly string[] = [];
    const isDrained = async (): Promise<boolean> => {
      left = await this.inTransit();
      return left.length === 0;
    };
    await waitFor(isDrained, {
      timeoutMs: 240_000,
      describe: () =>
        `spool and staging to be empty; ${left.length} files are left, such as ${left[0]}`,
    });
  }

  /** Files of reports that are not stored yet, and temporary files. */
  async inTransit(): Promise<string[]> {
    const all = await readdir(this.dataDirectory, { recursive: true, withFileTypes: true });
    return all
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.dataDirectory.length + 1))
      .filter(
        (path) =>
          /^spool\/(envelopes|tmp|damaged)\//.test(path) ||
          path.startsWith('staging/') ||
          path.includes('.tmp/') ||
          path.endsWith('.new'),
      );
  }

  async stored(...path: string[]): Promise<Buffer> {
    return await readFile(join(this.dataDirectory, 'crashes', 'v1', ...path));
  }

  async storedCrashIds(): Promise<string[]> {
    const folder = join(this.dataDirectory, 'crashes', 'v1', 'raw_crash');
    const days = await readdir(folder).catch(() => []);
    const ids = await Promise.all(days.map(async (day) => await readdir(join(folder, day))));
    return ids.flat();
  }

  /** All ids on the processing queue, including duplicates. */
  async publishedIds(): Promise<string[]> {
    return (await this.messagesOn('processing')).map(({ body }) => body);
  }

  /** Ids of the dead-lettered crashes. */
  async deadLetterIds(): Promise<string[]> {
    const letters = await this.messagesOn('intake-dead-letter');
    return letters.map(({ attributes }) => attributes['crash_id'] ?? 'unknown');
  }

  private async messagesOn(queue: string) {
    const queues = await openEmbeddedQueues({ directory: join(this.dataDirectory, 'queues') });
    try {
      return await queues.queue(queue).peek(1_000_000);
    } finally {
      await queues.close();
    }
  }
}

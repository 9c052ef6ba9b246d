import { resolve } from 'node:path';

import { CrashIndex, crashIndexFile, type IndexedFacts } from '#antenna/crash-index';
import {
  freePort,
  type RunningProcess,
  startProcess,
  type TemporaryDirectory,
  temporaryDirectory,
} from '#antenna/testing';

const entry = resolve(import.meta.dirname, '../../dist/apps/crash-stats/src/main.js');

/** The built Crash Stats on this machine, with an index of its own. */
export class CrashStatsProcess {
  private constructor(
    readonly url: string,
    readonly directory: TemporaryDirectory,
    private readonly index: CrashIndex,
    private readonly process: RunningProcess,
  ) {}

  /** @param crashes what the index has at first */
  static async start(crashes: readonly IndexedFacts[] = []): Promise<CrashStatsProcess> {
    const directory = await temporaryDirectory();
    const index = await CrashIndex.open(crashIndexFile(directory.path));
    await index.put(crashes, Date.now());
    const port = await freePort();
    const process = await startProcess([entry], {
      env: { PORT: String(port), ANTENNA_DATA_DIR: directory.path, LOG_FORMAT: 'json' },
    });
    await process.waitForLine('listening on', { timeoutMs: 30_000 });
    return new CrashStatsProcess(`http://127.0.0.1:${port}`, directory, index, process);
  }

  async add(crashes: readonly IndexedFacts[]): Promise<void> {
    await this.index.put(crashes, Date.now());
  }

  async stop(): Promise<void> {
    await this.process.stop();
    this.index.close();
    await this.directory.remove();
  }
}

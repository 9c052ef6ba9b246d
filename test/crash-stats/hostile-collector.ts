import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import {
  crashedModule,
  submit,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { CollectorProcess } from '../collector-process.js';
import { hostileReports, hostileSymbols } from './hostile-reports.js';

/** A crash that was made of one of the {@link hostileReports}. */
export interface HostileCrash {
  readonly what: string;
  readonly crashId: string;
  readonly signature: string;
}

/** `npm start`, to which all hostile reports have been sent: they are processed and indexed. */
export class HostileCollector {
  private constructor(
    private readonly directory: TemporaryDirectory,
    private readonly collector: CollectorProcess,
    readonly crashes: readonly HostileCrash[],
  ) {}

  static async start(): Promise<HostileCollector> {
    const directory = await temporaryDirectory();
    const settings = { PROCESSOR: 'on', CRASH_STATS: 'on', RULES: 'accept-all' };
    const collector = await CollectorProcess.at(directory.path, settings);
    const symbols = join(directory.path, 'symbols', crashedModule.path);
    await mkdir(dirname(symbols), { recursive: true });
    await writeFile(symbols, hostileSymbols);
    await collector.start();
    const crashes: HostileCrash[] = [];
    for (const [what, report] of Object.entries(hostileReports)) {
      const { crashId, body } = await submit(collector.url, report.build());
      if (crashId === undefined) throw new Error(`the report with ${what} was answered: ${body}`);
      crashes.push({ what, crashId, signature: await signatureOf(collector, crashId) });
    }
    return new HostileCollector(directory, collector, crashes);
  }

  /** Of the pages. */
  get url(): string {
    return this.collector.address('crashStats');
  }

  get log(): readonly string[] {
    return this.collector.running.lines;
  }

  async stop(): Promise<void> {
    await this.collector.kill();
    await this.directory.remove();
  }
}

/** Waits until the crash is processed and in the index. */
async function signatureOf(collector: CollectorProcess, crashId: string): Promise<string> {
  const stored = await waitFor(async () => await collector.stored('processed_crash', crashId), {
    timeoutMs: 60_000,
    describe: `${crashId} to be processed`,
  });
  const url = `${collector.address('crashStats')}/v1/crashes?crash_id=${crashId}`;
  let answered = '';
  const isIndexed = async (): Promise<boolean> => {
    answered = await (await fetch(url)).text();
    return (JSON.parse(answered) as { total: number }).total === 1;
  };
  await waitFor(isIndexed, { describe: () => `${crashId} to be in the index: ${answered}` });
  return (JSON.parse(stored.toString()) as { signature: string }).signature;
}

/** What the processor spends on a crash, with its store, queue and walker threads. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type BlobStore, openDirectoryBlobStore } from '#antenna/blob-store';
import { createCrashId, dumpKey, dumpNamesKey, rawCrashKey } from '#antenna/crash-report';
import { openEmbeddedQueues } from '#antenna/message-queue';
import { loadConfig } from '#antenna/service';
import { SymbolsConfig } from '#antenna/symbols';
import { createLogger, Metrics } from '#antenna/telemetry';
import { aMinidump, crashedModule, crashedModuleSymbols, waitFor } from '#antenna/testing';

import { ProcessorConfig, startProcessor } from '../../apps/processor/src/index.js';
import { cpuMicroseconds, runMicro } from './run-micro.js';

/** Each figure is one round. */
export interface Processed {
  /** Crashes per second of CPU time. */
  readonly perSecondWithoutSymbols: number[];
  readonly perSecondWithSymbols: number[];
  /** Bytes; the highest of the process. */
  readonly peakRss: number;
  /** Of the symbol file that each crash with symbols reads from the disk. */
  readonly symbolBytes: number;
}

const crashesOfARound = 200;
/** Functions of the module that are on no stack: some 1.5 MB. */
const otherFunctions = 20_000;

export async function measureProcessed(rounds: number, folder: string): Promise<Processed> {
  return await runMicro<Processed>(import.meta.url, String(rounds), folder);
}

async function processed(rounds: number, folder: string): Promise<Processed> {
  const symbols = symbolsWithMore();
  const symbolFile = join(folder, 'symbols', crashedModule.path);
  await mkdir(dirname(symbolFile), { recursive: true });
  await writeFile(symbolFile, symbols);
  const result: Processed = {
    perSecondWithoutSymbols: [],
    perSecondWithSymbols: [],
    peakRss: 0,
    symbolBytes: symbols.length,
  };
  for (let round = 0; round < rounds; round += 1) {
    result.perSecondWithoutSymbols.push(await rate(folder, join(folder, 'none')));
    result.perSecondWithSymbols.push(await rate(folder, join(folder, 'symbols')));
  }
  return { ...result, peakRss: process.resourceUsage().maxRSS * 1024 };
}

/** Crashes per second of CPU time, with a processor that has processed one. */
async function rate(folder: string, symbols: string): Promise<number> {
  const crashes = await openDirectoryBlobStore({ directory: join(folder, 'crashes') });
  const queues = await openEmbeddedQueues({ directory: join(folder, 'queues') });
  const processing = queues.queue('processing');
  const env = { HOST: '127.0.0.1', PORT: '0', SYMBOLS: symbols };
  const service = await startProcessor({
    config: loadConfig(ProcessorConfig, env),
    symbols: loadConfig(SymbolsConfig, { ...env, SYMBOL_CACHE_DIR: join(folder, 'cache') }),
    s3: { region: undefined, s3Endpoint: undefined, s3PathStyle: false },
    crashes,
    processing,
    deadLetters: queues.queue('processing-dead-letter'),
    logger: createLogger({ name: 'processor', level: 'error', format: 'json' }),
    metrics: new Metrics(),
  });
  const crashIds: string[] = [];
  for (let n = 0; n <= crashesOfARound; n += 1) crashIds.push(await storeCrash(crashes));
  const processAll = async (ids: readonly string[]): Promise<void> => {
    for (const body of ids) await processing.send([{ body }]);
    await waitFor(async () => (await processing.peek(1)).length === 0, { timeoutMs: 100_000 });
  };
  const [first = '', ...others] = crashIds;
  // Starts the thread, and gets the symbols.
  await processAll([first]);
  const us = await cpuMicroseconds(async () => await processAll(others));
  await service.close();
  await queues.close();
  return (others.length * 1e6) / us;
}

async function storeCrash(crashes: BlobStore): Promise<string> {
  const crashId = createCrashId({ verdict: 'accept', now: new Date() });
  await crashes.put(dumpKey(crashId, 'upload_file_minidump'), aMinidump());
  await crashes.put(dumpNamesKey(crashId), Buffer.from('["upload_file_minidump"]'));
  await crashes.put(rawCrashKey(crashId), Buffer.from(JSON.stringify({ uuid: crashId })));
  return crashId;
}

function symbolsWithMore(): string {
  const lines = [crashedModuleSymbols];
  for (let n = 0; n < otherFunctions; n += 1) {
    const address = (0x10_0000 + n * 16).toString(16);
    lines.push(`FUNC ${address} 10 0 other::function${n}(int)\n${address} 10 ${n + 1} 1\n`);
  }
  return lines.join('');
}

if (import.meta.main) {
  const [rounds = '1', folder = ''] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(await processed(Number(rounds), folder)));
}

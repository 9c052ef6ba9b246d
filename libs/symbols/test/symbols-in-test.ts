import { join } from 'node:path';
import { metricsForTests } from '#antenna/telemetry';
import { recordingLogger, type TemporaryDirectory } from '#antenna/testing';
import type { S3Access } from '../src/sources/symbol-source.js';
import { Symbols } from '../src/symbols.js';
import { SymbolsConfig } from '../src/symbols.config.js';

/** Symbols with a cache in the directory, its clock, and what it logs and counts. */
export async function openSymbols(
  { path }: TemporaryDirectory,
  locations: readonly string[],
  settings: Partial<SymbolsConfig> = {},
  s3: S3Access = { region: undefined, s3Endpoint: undefined, s3PathStyle: false },
) {
  const logger = recordingLogger();
  const counted = metricsForTests();
  const clock = { ms: 0 };
  const cacheDirectory = join(path, 'cache');
  const config = Object.assign(new SymbolsConfig(), { locations, cacheDirectory }, settings);
  const symbols = await Symbols.open(config, {
    s3,
    logger,
    metrics: counted.metrics,
    now: () => clock.ms,
  });
  const value: typeof counted.value = (...of) => counted.value(...of);
  return { symbols, logger, value, clock, cacheDirectory };
}

import {
  type ReportError,
  type RunningService,
  startHttpService,
  StartupError,
} from '#antenna/service';
import { Symbols, type SymbolsConfig, SymbolsError, type SymbolsOptions } from '#antenna/symbols';
import type { Logger, Metrics } from '#antenna/telemetry';

import type { ProcessorDependencies } from './dependencies.js';
import { ProcessorModule } from './processor.module.js';

/**
 * Runs the processor until it is closed. Closing finishes the crashes in flight.
 * @throws StartupError when its port or the symbol cache cannot be used.
 */
export async function startProcessor(
  options: Omit<ProcessorDependencies, 'symbols'> & {
    readonly symbols: SymbolsConfig;
    /** How to reach symbols in S3. */
    readonly s3: SymbolsOptions['s3'];
    readonly logger: Logger;
    readonly metrics: Metrics;
    readonly reportError?: ReportError;
  },
): Promise<RunningService> {
  const { config, logger, metrics, reportError } = options;
  const symbols = await Symbols.open(options.symbols, options).catch((error: unknown) => {
    throw error instanceof SymbolsError ? new StartupError(error.message, { cause: error }) : error;
  });
  const module = ProcessorModule.with({ ...options, symbols });
  return await startHttpService({ module, config, logger, metrics, reportError });
}

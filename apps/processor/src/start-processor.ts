import { type ReportError, type RunningService, startHttpService } from '#antenna/service';
import { Symbols, type SymbolsConfig, type SymbolsOptions } from '#antenna/symbols';
import type { Logger, Metrics } from '#antenna/telemetry';

import type { ProcessorDependencies } from './dependencies.js';
import { ProcessorModule } from './processor.module.js';

/**
 * Runs the processor until it is closed. Closing finishes the crashes in flight.
 * @throws StartupError when its port cannot be used; SymbolsError when the symbol cache cannot be.
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
  const symbols = await Symbols.open(options.symbols, options);
  const module = ProcessorModule.with({ ...options, symbols });
  return await startHttpService({ module, config, logger, metrics, reportError });
}

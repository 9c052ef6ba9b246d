import { type ReportError, type RunningService, startHttpService } from '#antenna/service';
import type { Logger, Metrics } from '#antenna/telemetry';

import { CrashmoverModule } from './crashmover.module.js';
import type { CrashmoverDependencies } from './dependencies.js';

/**
 * Runs crashmover until it is closed. Closing finishes the crashes in flight.
 * @throws StartupError when its port cannot be used.
 */
export async function startCrashmover(
  options: CrashmoverDependencies & {
    readonly logger: Logger;
    readonly metrics: Metrics;
    readonly reportError?: ReportError;
  },
): Promise<RunningService> {
  const { config, logger, metrics } = options;
  return await startHttpService({
    module: CrashmoverModule.with(options),
    config,
    logger,
    metrics,
    reportError: options.reportError,
  });
}

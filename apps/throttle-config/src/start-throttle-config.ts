import { type RunningService, startHttpService } from '#antenna/service';
import type { Logger, Metrics } from '#antenna/telemetry';

import { loadRuleset } from './ruleset/load-ruleset.js';
import type { ThrottleConfigConfig } from './throttle-config.config.js';
import { ThrottleConfigModule } from './throttle-config.module.js';

/**
 * Runs throttle-config until it is closed.
 * @throws {StartupError} when the ruleset is missing or not valid, or the port cannot be used.
 */
export async function startThrottleConfig(options: {
  readonly config: ThrottleConfigConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
}): Promise<RunningService> {
  const ruleset = await loadRuleset(options.config.rulesFile);
  return await startHttpService({
    ...options,
    name: 'throttle-config',
    module: ThrottleConfigModule.with(ruleset),
  });
}

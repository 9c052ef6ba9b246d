import {
  type ReportError,
  RulesetCache,
  type RunningService,
  startHttpService,
} from '#antenna/service';
import type { Logger, Metrics } from '#antenna/telemetry';
import { serveOpenApi, writeProblem } from '#antenna/web-page';

import { addBodyParsers, maxBodyBytes } from './api/http/request-body.js';
import type { RulesServiceConfig } from './rules-service.config.js';
import { CurrentRuleset } from './ruleset/current-ruleset.js';
import { initialRuleset } from './ruleset/initial-ruleset.js';
import { openHistory } from './history/open-history.js';
import { openSource } from './source/open-source.js';
import { ThrottleConfigModule } from './throttle-config.module.js';

/**
 * Runs throttle-config until it is closed. It starts even if the rules are missing or not valid: then it serves the
 * last valid ruleset, and logs an error.
 *
 * @throws {StartupError} if a port cannot be used, or the settings to reach the cluster are missing
 */
export async function startThrottleConfig(options: {
  readonly config: RulesServiceConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly reportError?: ReportError;
}): Promise<RunningService> {
  const { config, logger } = options;
  const { rulesCacheFile } = config;
  const cache = rulesCacheFile === undefined ? undefined : new RulesetCache(rulesCacheFile);
  const current = new CurrentRuleset(await initialRuleset(cache, logger));
  const { source, configMap } = await openSource(config);
  const history = openHistory(config, configMap, logger);
  return await startHttpService({
    ...options,
    module: ThrottleConfigModule.with({ config, current, source, cache, configMap, history }),
    fastifyOptions: { bodyLimit: maxBodyBytes },
    writeError: writeProblem,
    configure: (app) => {
      addBodyParsers(app);
      serveOpenApi(app, {
        title: 'Antenna throttle-config',
        description: 'Serves, validates and evaluates throttle rules. See docs/throttle-config.md.',
      });
    },
  });
}

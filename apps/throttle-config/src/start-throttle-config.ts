import { type ReportError, type RunningService, startHttpService } from '#antenna/service';
import type { Logger, Metrics } from '#antenna/telemetry';

import { addBodyParsers, maxBodyBytes } from './api/http/body-parsers.js';
import { serveOpenApi } from './api/http/openapi.js';
import { ProblemDetailsFilter } from './api/http/problem-details.filter.js';
import { initialRuleset } from './ruleset/initial-ruleset.js';
import { RulesetCache } from './ruleset/ruleset-cache.js';
import { CurrentRuleset } from './ruleset/current-ruleset.js';
import { openSource } from './source/open-source.js';
import type { RulesServiceConfig } from './rules-service.config.js';
import { ThrottleConfigModule } from './throttle-config.module.js';

/**
 * Runs throttle-config until it is closed. Rules that are missing or not valid do not keep it from starting: it hands
 * out the last good ruleset that it has, and says loudly that it does.
 *
 * @throws {StartupError} when a port cannot be used, or a cluster is wanted and nothing says which.
 */
export async function startThrottleConfig(options: {
  readonly config: RulesServiceConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly reportError?: ReportError;
}): Promise<RunningService> {
  const { config, logger } = options;
  const cache =
    config.rulesCacheFile === undefined ? undefined : new RulesetCache(config.rulesCacheFile);
  const holder = new CurrentRuleset(await initialRuleset(cache, logger));
  const { source, configMap } = await openSource(config);
  return await startHttpService({
    ...options,
    name: 'throttle-config',
    module: ThrottleConfigModule.with({ config, holder, source, cache, configMap }),
    fastifyOptions: { bodyLimit: maxBodyBytes },
    configure: (app) => {
      app.useGlobalFilters(new ProblemDetailsFilter(logger, options.reportError));
      addBodyParsers(app);
      serveOpenApi(app);
    },
  });
}

import {
  createServiceLogger,
  loadConfig,
  refuseArguments,
  runMain,
  startServiceTelemetry,
} from '#antenna/service';

import { startThrottleConfig } from './start-throttle-config.js';
import { RulesServiceConfig } from './rules-service.config.js';

const name = 'throttle-config';

await runMain(name, async (main) => {
  refuseArguments();
  const config = loadConfig(RulesServiceConfig);
  const logger = createServiceLogger(name, config);
  const telemetry = await startServiceTelemetry(name, config, logger);
  main.use({ logger, shutdownGrace: config.shutdownGrace, telemetry });
  const { reportError } = telemetry;
  return await startThrottleConfig({
    config,
    logger,
    metrics: telemetry.metrics(logger),
    reportError,
  });
});

import { createServiceLogger, loadConfig, runMain } from '#antenna/service';
import { Metrics } from '#antenna/telemetry';

import { startThrottleConfig } from './start-throttle-config.js';
import { ThrottleConfigConfig } from './throttle-config.config.js';

const name = 'throttle-config';

await runMain(name, async (main) => {
  const config = loadConfig(ThrottleConfigConfig);
  const logger = createServiceLogger(name, config);
  main.use({ logger, shutdownGrace: config.shutdownGrace });
  return await startThrottleConfig({ config, logger, metrics: new Metrics({ logger }) });
});

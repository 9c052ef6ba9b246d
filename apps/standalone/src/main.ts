import {
  createServiceLogger,
  effectiveConfig,
  processEnvironment,
  refuseArguments,
  runMain,
  startServiceTelemetry,
} from '#antenna/service';

import { loadStandaloneConfig } from './load-standalone-config.js';
import { startStandalone } from './start-standalone.js';
import { welcome } from './welcome.js';

await runMain('antenna', async (context) => {
  refuseArguments();
  const config = loadStandaloneConfig();
  const logger = createServiceLogger('antenna', config);
  const telemetry = await startServiceTelemetry('standalone', config, logger);
  context.use({ logger, shutdownGrace: config.shutdownGrace, telemetry });
  logger.info('configuration', effectiveConfig(config));
  const running = await startStandalone(config, processEnvironment(), telemetry);
  logger.info('ready', {
    submit_url: `${running.ingest.url}/submit`,
    data_directory: running.data.directory,
  });
  if (process.stdout.isTTY) process.stdout.write(welcome(running));
  return running;
});

import { CrashmoverBackendConfig, openCrashmoverBackend } from '#antenna/backends';
import {
  createServiceLogger,
  loadConfigs,
  refuseArguments,
  runMain,
  startServiceTelemetry,
} from '#antenna/service';

import { CrashmoverConfig } from './crashmover.config.js';
import { startCrashmover } from './start-crashmover.js';

await runMain('crashmover', async (main) => {
  refuseArguments();
  const { config, backend } = loadConfigs({
    config: CrashmoverConfig,
    backend: CrashmoverBackendConfig,
  });
  const logger = createServiceLogger('crashmover', config);
  const telemetry = await startServiceTelemetry('crashmover', config, logger);
  main.use({ logger, shutdownGrace: config.shutdownGrace, telemetry });
  const stores = await openCrashmoverBackend(backend);
  const { reportError } = telemetry;
  const metrics = telemetry.metrics(logger);
  const service = await startCrashmover({ config, logger, metrics, reportError, ...stores });
  return {
    close: async () => {
      await service.close();
      await stores.close();
    },
  };
});

import { CrashmoverBackendConfig, openCrashmoverBackend } from '#antenna/backing-services';
import { createServiceLogger, loadConfigs, runMain } from '#antenna/service';
import { Metrics } from '#antenna/telemetry';

import { CrashmoverConfig } from './crashmover.config.js';
import { startCrashmover } from './start-crashmover.js';

await runMain('crashmover', async (main) => {
  const { config, backend } = loadConfigs({
    config: CrashmoverConfig,
    backend: CrashmoverBackendConfig,
  });
  const logger = createServiceLogger('crashmover', config);
  main.use({ logger, shutdownGrace: config.shutdownGrace });
  const { close, ...stores } = await openCrashmoverBackend(backend);
  const metrics = new Metrics({ logger });
  const service = await startCrashmover({ config, logger, metrics, ...stores });
  return {
    close: async () => {
      await service.close();
      await close();
    },
  };
});

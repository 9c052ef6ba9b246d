import { IngestBackendConfig, openIngestBackend } from '#antenna/backing-services';
import { createServiceLogger, loadConfigs, runMain } from '#antenna/service';
import { Metrics } from '#antenna/telemetry';

import { IngestConfig } from './ingest.config.js';
import { startIngest } from './start-ingest.js';

await runMain('ingest', async (main) => {
  const { config, backend } = loadConfigs({ config: IngestConfig, backend: IngestBackendConfig });
  const logger = createServiceLogger('ingest', config);
  main.use({ logger, shutdownGrace: config.shutdownGrace });
  const { staging, intake, close } = await openIngestBackend(backend);
  const metrics = new Metrics({ logger });
  const service = await startIngest({ config, logger, metrics, staging, intake });
  return {
    close: async () => {
      await service.close();
      await close();
    },
  };
});

import { IngestBackendConfig, openIngestBackend } from '#antenna/backends';
import {
  createServiceLogger,
  loadConfigs,
  refuseArguments,
  runMain,
  startServiceTelemetry,
} from '#antenna/service';

import { IngestConfig } from './ingest.config.js';
import { startIngest } from './start-ingest.js';

await runMain('ingest', async (main) => {
  refuseArguments();
  const { config, backend } = loadConfigs({ config: IngestConfig, backend: IngestBackendConfig });
  const logger = createServiceLogger('ingest', config);
  const telemetry = await startServiceTelemetry('ingest', config, logger);
  main.use({ logger, shutdownGrace: config.shutdownGrace, telemetry });
  const stores = await openIngestBackend(backend);
  const { reportError } = telemetry;
  const metrics = telemetry.metrics(logger);
  const service = await startIngest({ config, logger, metrics, reportError, ...stores });
  return {
    close: async () => {
      await service.close();
      await stores.close();
    },
  };
});

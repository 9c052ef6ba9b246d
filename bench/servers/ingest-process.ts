/** Ingest alone on embedded adapters: it ships what it receives, and nobody moves it on. Argument: directory. */
import { createServiceLogger, loadConfig, runMain } from '#antenna/service';
import { Metrics } from '#antenna/telemetry';

import { IngestConfig, startIngest } from '../../apps/ingest/src/index.js';
import { openEmbeddedAdapters } from './embedded-adapters.js';

await runMain('ingest', async (context) => {
  const config = loadConfig(IngestConfig);
  const logger = createServiceLogger('ingest', config);
  context.use({ logger, shutdownGrace: config.shutdownGrace });
  const { staging, queues } = await openEmbeddedAdapters(process.argv[2] ?? '');
  const intake = queues.queue('intake');
  const metrics = new Metrics({ logger });
  const ingest = await startIngest({ config, staging, intake, logger, metrics });
  return {
    close: async () => {
      await ingest.close();
      await queues.close();
    },
  };
});

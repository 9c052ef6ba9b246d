/** Crashmover alone on embedded adapters, on what an ingest process left. Argument: directory. */
import { createServiceLogger, loadConfig, runMain } from '#antenna/service';
import { Metrics } from '#antenna/telemetry';

import { CrashmoverConfig, startCrashmover } from '../../apps/crashmover/src/index.js';
import { openEmbeddedAdapters } from './embedded-adapters.js';

await runMain('crashmover', async (context) => {
  const config = loadConfig(CrashmoverConfig);
  const logger = createServiceLogger('crashmover', config);
  context.use({ logger, shutdownGrace: config.shutdownGrace });
  const { staging, crashes, queues } = await openEmbeddedAdapters(process.argv[2] ?? '');
  const crashmover = await startCrashmover({
    config,
    staging,
    crashes,
    intake: queues.queue('intake'),
    processing: queues.queue('processing'),
    deadLetters: queues.queue('intake-dead-letter'),
    logger,
    metrics: new Metrics({ logger }),
  });
  return {
    close: async () => {
      await crashmover.close();
      await queues.close();
    },
  };
});

/**
 * Ingest alone, without crashmover. Unlike in the service, the parent process can hold shipping back, and the argument
 * `no-metrics` turns metrics off.
 */
import { IngestBackendConfig, openIngestBackend } from '#antenna/backends';
import { createServiceLogger, loadConfigs, runMain, startServiceTelemetry } from '#antenna/service';
import { Metrics } from '#antenna/telemetry';

import { IngestConfig, startIngest } from '../../apps/ingest/src/index.js';
import { ShippingGate } from './shipping-gate.js';

await runMain('ingest', async (main) => {
  const { config, backend } = loadConfigs({ config: IngestConfig, backend: IngestBackendConfig });
  const logger = createServiceLogger('ingest', config);
  const telemetry = await startServiceTelemetry('ingest', config, logger);
  main.use({ logger, shutdownGrace: config.shutdownGrace, telemetry });
  const stores = await openIngestBackend(backend);
  const staging = new ShippingGate(process).before(stores.staging);
  const { reportError } = telemetry;
  const counts = process.argv[2] !== 'no-metrics';
  const metrics = counts ? telemetry.metrics(logger) : new Metrics({ logger });
  const ingest = await startIngest({ config, logger, metrics, reportError, ...stores, staging });
  return {
    close: async () => {
      await ingest.close();
      await stores.close();
    },
  };
});

import { IngestBackendConfig, openIngestBackend } from '#antenna/backends';
import { runService, startHttpService } from '#antenna/service';

import { IngestConfig } from './ingest.config.js';
import { DrainModule } from './ingest.module.js';
import { reportsLeftExitCode } from './shipping/shipper.service.js';

await runService({
  name: 'drain',
  configs: { config: IngestConfig, backend: IngestBackendConfig },
  start: async ({ backend, opened, stop, exitWith, ...parts }) => {
    const stores = opened(await openIngestBackend(backend));
    const onReportsLeft = (): void => exitWith(reportsLeftExitCode);
    const module = DrainModule.with({ ...parts, ...stores, onReportsLeft }, stop);
    opened(await startHttpService({ ...parts, module }));
  },
});

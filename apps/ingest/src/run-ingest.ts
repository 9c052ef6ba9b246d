import { backendFingerprint, IngestBackendConfig, openIngestBackend } from '#antenna/backends';
import { processEnvironment, runService } from '#antenna/service';

import { IngestConfig } from './ingest.config.js';
import { reportsLeftExitCode } from './shipping/shipper.service.js';
import { startIngest } from './start-ingest.js';

await runService({
  name: 'ingest',
  configs: { config: IngestConfig, backend: IngestBackendConfig },
  start: async ({ backend, opened, exitWith, ...parts }) => {
    const stores = opened(await openIngestBackend(backend));
    const onReportsLeft = (): void => exitWith(reportsLeftExitCode);
    const fingerprint = backendFingerprint(backend, processEnvironment());
    const options = { ...parts, ...stores, backendFingerprint: fingerprint, onReportsLeft };
    opened(await startIngest(options));
  },
});

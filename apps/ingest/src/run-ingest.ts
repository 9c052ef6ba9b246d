import { IngestBackendConfig, openIngestBackend } from '#antenna/backends';
import { runService } from '#antenna/service';

import { IngestConfig } from './ingest.config.js';
import { startIngest } from './start-ingest.js';

await runService({
  name: 'ingest',
  configs: { config: IngestConfig, backend: IngestBackendConfig },
  start: async ({ backend, opened, ...parts }) => {
    const stores = opened(await openIngestBackend(backend));
    opened(await startIngest({ ...parts, ...stores }));
  },
});

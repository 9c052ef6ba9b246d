import { openProcessorBackend, ProcessorBackendConfig } from '#antenna/backends';
import { runService } from '#antenna/service';
import { SymbolsConfig } from '#antenna/symbols';

import { ProcessorConfig } from './processor.config.js';
import { startProcessor } from './start-processor.js';

await runService({
  name: 'processor',
  configs: { config: ProcessorConfig, backend: ProcessorBackendConfig, symbols: SymbolsConfig },
  start: async ({ backend, opened, ...parts }) => {
    const stores = opened(await openProcessorBackend(backend));
    opened(await startProcessor({ ...parts, ...stores, s3: backend }));
  },
});

import { CrashFeedConfig, openProcessorBackend, ProcessorBackendConfig } from '#antenna/backends';
import { openProcessedIndex } from '#antenna/crash-index';
import { runService } from '#antenna/service';
import { SymbolsConfig } from '#antenna/symbols';

import { ProcessorConfig } from './processor.config.js';
import { startProcessor } from './start-processor.js';

await runService({
  name: 'processor',
  configs: {
    config: ProcessorConfig,
    backend: ProcessorBackendConfig,
    symbols: SymbolsConfig,
    crashIndex: CrashFeedConfig,
  },
  start: async ({ backend, crashIndex, opened, ...parts }) => {
    const stores = opened(await openProcessorBackend(backend));
    const index = openProcessedIndex(crashIndex, { ...parts, store: stores.crashes });
    if (index) opened(index);
    opened(await startProcessor({ ...parts, ...stores, index, s3: backend }));
  },
});

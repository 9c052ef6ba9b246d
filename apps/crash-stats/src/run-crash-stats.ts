import {
  CrashIndexConfig,
  CrashStatsBackendConfig,
  openCrashStatsBackend,
} from '#antenna/backends';
import { crashIndexFile, openCrashSearch } from '#antenna/crash-index';
import { runService, StartupError } from '#antenna/service';

import { CrashStatsConfig } from './crash-stats.config.js';
import { startCrashStats } from './start-crash-stats.js';

await runService({
  name: 'crash-stats',
  configs: {
    config: CrashStatsConfig,
    backend: CrashStatsBackendConfig,
    crashIndex: CrashIndexConfig,
  },
  start: async ({ backend, crashIndex, opened, ...parts }) => {
    const stores = opened(await openCrashStatsBackend(backend));
    const ofDirectory =
      backend.backend === 'embedded' ? crashIndexFile(backend.dataDirectory) : undefined;
    const location = crashIndex.openSearch ?? crashIndex.location ?? ofDirectory;
    if (location === undefined) {
      throw new StartupError(
        'CRASH_INDEX is not set; BACKEND=aws requires it: set it to the URL of OpenSearch that the processor has',
      );
    }
    const search = opened(openCrashSearch(location));
    opened(await startCrashStats({ ...parts, ...stores, search }));
  },
});

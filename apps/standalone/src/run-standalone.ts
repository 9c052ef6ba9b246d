import { runService } from '#antenna/service';
import { SymbolsConfig } from '#antenna/symbols';

import { CrashStatsConfig } from '../../crash-stats/src/index.js';
import { CrashmoverConfig } from '../../crashmover/src/index.js';
import { IngestConfig } from '../../ingest/src/index.js';
import { ProcessorConfig } from '../../processor/src/index.js';
import { RulesServiceConfig } from '../../throttle-config/src/index.js';
import { StandaloneConfig } from './standalone.config.js';
import { startStandalone } from './start-standalone.js';
import { welcome } from './welcome.js';

await runService({
  name: 'antenna',
  telemetryName: 'standalone',
  // The services' configurations are read here, too, so that the problems of all of them are reported together.
  configs: {
    config: StandaloneConfig,
    ingest: IngestConfig,
    crashmover: CrashmoverConfig,
    throttleConfig: RulesServiceConfig,
    processor: ProcessorConfig,
    crashStats: CrashStatsConfig,
    symbols: SymbolsConfig,
  },
  start: async ({ config, crashmover, ...parts }) => {
    const running = await startStandalone(config, parts);
    parts.logger.info('ready', {
      submit_url: `${running.ingest.url}/submit`,
      data_directory: running.data.directory,
    });
    if (process.stdout.isTTY || config.logFormat === 'pretty')
      process.stdout.write(welcome(running, crashmover));
  },
});

import { loadConfigs } from '#antenna/service';

import { CrashmoverConfig } from '../../crashmover/src/index.js';
import { IngestConfig } from '../../ingest/src/index.js';
import { RulesServiceConfig } from '../../throttle-config/src/index.js';
import { StandaloneConfig } from './standalone.config.js';

/**
 * Reads the configuration of all services, too, so that an operator sees every problem at once.
 * @throws ConfigError
 */
export function loadStandaloneConfig(): StandaloneConfig {
  return loadConfigs({
    standalone: StandaloneConfig,
    ingest: IngestConfig,
    crashmover: CrashmoverConfig,
    throttleConfig: RulesServiceConfig,
  }).standalone;
}

import { runService } from '#antenna/service';

import { startThrottleConfig } from './start-throttle-config.js';
import { RulesServiceConfig } from './rules-service.config.js';

await runService({
  name: 'throttle-config',
  configs: { config: RulesServiceConfig },
  start: async ({ opened, ...parts }) => {
    opened(await startThrottleConfig(parts));
  },
});

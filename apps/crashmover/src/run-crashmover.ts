import { CrashmoverBackendConfig, openCrashmoverBackend } from '#antenna/backends';
import { runService } from '#antenna/service';

import { CrashmoverConfig } from './crashmover.config.js';
import { startCrashmover } from './start-crashmover.js';

await runService({
  name: 'crashmover',
  configs: { config: CrashmoverConfig, backend: CrashmoverBackendConfig },
  start: async ({ backend, opened, ...parts }) => {
    const stores = opened(await openCrashmoverBackend(backend));
    opened(await startCrashmover({ ...parts, ...stores }));
  },
});

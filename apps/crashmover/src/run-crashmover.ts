import { CrashmoverBackendConfig, openCrashmoverBackend } from '#antenna/backends';
import { ConfigError, runService } from '#antenna/service';

import { CrashmoverConfig } from './crashmover.config.js';
import { startCrashmover } from './start-crashmover.js';

const retentionOnAws =
  'RETENTION is not for BACKEND=aws: a lifecycle rule of the crash bucket removes old crashes; unset it';

await runService({
  name: 'crashmover',
  configs: { config: CrashmoverConfig, backend: CrashmoverBackendConfig },
  start: async ({ backend, opened, ...parts }) => {
    if (backend.backend === 'aws' && parts.config.retentionDays > 0)
      throw new ConfigError([retentionOnAws]);
    const stores = opened(await openCrashmoverBackend(backend));
    opened(await startCrashmover({ ...parts, ...stores }));
  },
});

import {
  type ReportError,
  type RunningService,
  startHttpService,
  StartupError,
} from '#antenna/service';
import type { Logger, Metrics } from '#antenna/telemetry';
import { serveOpenApi } from '#antenna/web-page';

import { CrashStatsModule } from './crash-stats.module.js';
import type { CrashStatsDependencies } from './dependencies.js';
import { addHttpHooks, maxFormBytes } from './http/http-hooks.js';
import { observeSearch } from './http/observed-search.js';
import { writeErrorPage } from './layout/error-page.js';

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/i;
const requestTimeoutMs = 30_000;
const maxConnections = 1024;

/**
 * Runs Crash Stats until it is closed. Closing finishes the requests in flight, and leaves the index, store and queue open.
 * @throws StartupError if its port cannot be used, or if everyone on the network would see crashes
 */
export async function startCrashStats(
  options: CrashStatsDependencies & {
    readonly logger: Logger;
    readonly metrics: Metrics;
    readonly reportError?: ReportError;
  },
): Promise<RunningService> {
  const { config, logger, metrics, reportError } = options;
  if (config.auth === 'none' && !loopback.test(config.host)) {
    throw new StartupError(
      `HOST=${config.host} with AUTH=none would show all crashes to everyone who reaches this machine; ` +
        'set HOST to 127.0.0.1, or AUTH to proxy (docs/crash-stats.md)',
    );
  }
  const search = observeSearch(options.search, options);
  return await startHttpService({
    module: CrashStatsModule.with({ ...options, search }),
    config,
    logger,
    metrics,
    reportError,
    writeError: writeErrorPage,
    fastifyOptions: { bodyLimit: maxFormBytes, requestTimeout: requestTimeoutMs },
    maxConnections,
    finishMs: config.shutdownGrace,
    configure: (app) => {
      addHttpHooks(app, metrics);
      serveOpenApi(app, {
        title: 'Antenna Crash Stats',
        description: 'Finds, counts and shows processed crashes. See docs/crash-stats.md.',
      });
    },
  });
}

import { once } from 'node:events';

import { startHttpService } from '#antenna/service';
import type { Logger, Metrics } from '#antenna/telemetry';

import { DrainModule, type IngestDependencies } from './ingest.module.js';

/**
 * Ships what the spool holds, until it is empty or the signal is aborted. A report that cannot be shipped is tried again
 * and again.
 * @throws StartupError if another process uses the spool, or it cannot be used
 */
export async function drainSpool(
  options: IngestDependencies & {
    readonly logger: Logger;
    readonly metrics: Metrics;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const drained = new AbortController();
  const module = DrainModule.with(options, () => drained.abort());
  const service = await startHttpService({ ...options, module });
  const end = AbortSignal.any([options.signal, drained.signal]);
  if (!end.aborted) await once(end, 'abort');
  await service.close();
}

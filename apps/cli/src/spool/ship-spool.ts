import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { IngestBackendConfig, openIngestBackend } from '#antenna/backends';
import { isMissing } from '#antenna/errors';
import { StartupError } from '#antenna/service';
import { createLogger, Metrics } from '#antenna/telemetry';
import { drainSpool, IngestConfig } from '../../../ingest/src/index.js';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { dataDirectoryAt } from '../stored/data-directory.js';
import { configOf } from '../stored/open-backend.js';
import { spooledEnvelopes } from './spooled-envelopes.js';

/** What became of the reports in a spool. */
export interface Shipped {
  readonly shipped: number;
  /** Still in the spool, after Ctrl-C. */
  readonly left: number;
  /** Moved to the folder `damaged`. */
  readonly damaged: number;
}

/**
 * Ships the reports of a spool with ingest's own settings from the environment, until the spool is empty or Ctrl-C.
 * @throws CliError if the settings are incomplete, or an ingest uses the spool
 */
export async function shipSpool(
  directory: string,
  dataPath: string,
  context: CliContext,
): Promise<Shipped> {
  const environment = {
    ...context.environment,
    SPOOL_DIR: directory,
    ANTENNA_DATA_DIR: dataPath,
    HOST: '127.0.0.1',
    PORT: '0',
    DRAIN_TIMEOUT: '0s',
  };
  const config = await configOf(IngestConfig, environment);
  const backendConfig = await configOf(IngestBackendConfig, environment);
  // A mistyped path must not create a data directory.
  if (backendConfig.backend === 'embedded') await dataDirectoryAt(dataPath);
  const before = await crashIdsIn(directory);
  const backend = await openIngestBackend(backendConfig);
  const logger = createLogger({
    name: 'spool-ship',
    level: 'warn',
    format: 'pretty',
    destination: context.stderr,
  });
  const metrics = new Metrics({ logger });
  try {
    await drainSpool({ ...backend, config, logger, metrics, signal: context.interrupted });
  } catch (error) {
    if (error instanceof StartupError) throw new CliError(error.message, 1, { cause: error });
    throw error;
  } finally {
    await backend.close();
  }
  const waiting = new Set(await crashIdsIn(directory));
  const setAside = await filesIn(join(directory, 'damaged'));
  const gone = before.filter((crashId) => !waiting.has(crashId));
  const damaged = gone.filter((crashId) => setAside.some((name) => name.startsWith(crashId)));
  return {
    shipped: gone.length - damaged.length,
    left: waiting.size,
    damaged: damaged.length,
  };
}

async function crashIdsIn(directory: string): Promise<string[]> {
  const envelopes = await spooledEnvelopes(join(directory, 'envelopes'));
  return envelopes.map(({ crashId }) => crashId);
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

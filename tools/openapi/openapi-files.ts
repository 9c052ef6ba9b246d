import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openDirectoryBlobStore } from '#antenna/blob-store';
import { openCrashSearch } from '#antenna/crash-index';
import { openEmbeddedQueues } from '#antenna/message-queue';
import { loadConfig, type RunningService } from '#antenna/service';
import { createLogger, type Logger, Metrics } from '#antenna/telemetry';

import { CrashStatsConfig, startCrashStats } from '../../apps/crash-stats/src/index.js';
import { startThrottleConfig, RulesServiceConfig } from '../../apps/throttle-config/src/index.js';
import { healthPaths } from './health-paths.js';
import { submitPath } from './submit-path.js';

const anyPort = { HOST: '127.0.0.1', PORT: '0' };

const ingest = {
  openapi: '3.1.0',
  info: {
    title: 'Antenna ingest',
    version: '1',
    description: 'Receives crash reports. See docs/submission.md.',
  },
  paths: { ...submitPath, ...healthPaths },
  components: { securitySchemes: { submitter: { type: 'http', scheme: 'bearer' } } },
};

const crashmover = {
  openapi: '3.1.0',
  info: {
    title: 'Antenna crashmover',
    version: '1',
    description: 'Stores and publishes crash reports. It has no other endpoints.',
  },
  paths: healthPaths,
};

/**
 * The API descriptions. Those of ingest and crashmover are not served: ingest faces the internet, and importing the library
 * that describes controllers would slow its start.
 */
export async function openApiFiles(): Promise<Record<string, string>> {
  return {
    'docs/openapi/ingest.json': JSON.stringify(ingest),
    'docs/openapi/crashmover.json': JSON.stringify(crashmover),
    'docs/openapi/throttle-config.json': await throttleConfig(),
    'docs/openapi/crash-stats.json': await crashStats(),
  };
}

async function throttleConfig(): Promise<string> {
  const config = loadConfig(RulesServiceConfig, anyPort);
  return await descriptionOf(await startThrottleConfig({ config, ...telemetry() }));
}

/** Its index, store and queue are empty. */
async function crashStats(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'antenna-docs-'));
  const search = openCrashSearch(join(directory, 'index.sqlite'));
  const queues = await openEmbeddedQueues({ directory });
  try {
    const service = await startCrashStats({
      config: loadConfig(CrashStatsConfig, anyPort),
      search,
      crashes: await openDirectoryBlobStore({ directory: join(directory, 'crashes') }),
      processing: queues.queue('processing'),
      ...telemetry(),
    });
    return await descriptionOf(service);
  } finally {
    await search.close();
    await queues.close();
    await rm(directory, { recursive: true });
  }
}

async function descriptionOf({ url, app }: RunningService): Promise<string> {
  try {
    return await (await fetch(`${url}/v1/openapi.json`)).text();
  } finally {
    await app.close();
  }
}

function telemetry(): { readonly logger: Logger; readonly metrics: Metrics } {
  const logger = createLogger({
    name: 'docs',
    level: 'error',
    format: 'json',
    destination: process.stderr,
  });
  return { logger, metrics: new Metrics({ logger }) };
}

import { loadConfig } from '#antenna/service';
import { createLogger, Metrics } from '#antenna/telemetry';

import { startThrottleConfig, RulesServiceConfig } from '../../apps/throttle-config/src/index.js';
import { healthPaths } from './health-paths.js';
import { submitPath } from './submit-path.js';

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
  const logger = createLogger({
    name: 'docs',
    level: 'error',
    format: 'json',
    destination: process.stderr,
  });
  const service = await startThrottleConfig({
    config: loadConfig(RulesServiceConfig, { HOST: '127.0.0.1', PORT: '0' }),
    logger,
    metrics: new Metrics({ logger }),
  });
  try {
    const answer = await fetch(`${service.url}/v1/openapi.json`);
    return {
      'docs/openapi/ingest.json': JSON.stringify(ingest),
      'docs/openapi/crashmover.json': JSON.stringify(crashmover),
      'docs/openapi/throttle-config.json': await answer.text(),
    };
  } finally {
    await service.app.close();
  }
}

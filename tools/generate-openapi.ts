import { loadConfig } from '#antenna/service';
import { createLogger, Metrics } from '#antenna/telemetry';

import { startThrottleConfig, RulesServiceConfig } from '../apps/throttle-config/src/index.js';

/** The API description of a running throttle-config. */
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
    return { 'docs/openapi/throttle-config.json': await answer.text() };
  } finally {
    await service.app.close();
  }
}

/** Ingest, crashmover and throttle-config in one process, on the embedded adapters. */
import {
  createServiceLogger,
  type Environment,
  loadConfig,
  type RunningService,
} from '#antenna/service';
import type { Telemetry } from '#antenna/telemetry';

import { CrashmoverConfig, startCrashmover } from '../../crashmover/src/index.js';
import { IngestConfig, startIngest } from '../../ingest/src/index.js';
import { startThrottleConfig, RulesServiceConfig } from '../../throttle-config/src/index.js';
import { type DataDirectory, openDataDirectory } from './data-directory.js';
import type { StandaloneConfig } from './standalone.config.js';

export interface RunningStandalone {
  readonly data: DataDirectory;
  readonly ingest: RunningService;
  readonly crashmover: RunningService;
  readonly throttleConfig: RunningService;
  /** Ingest first: it finishes its uploads and drains its spool while crashmover still moves. */
  close(): Promise<void>;
}

/** @throws StartupError or ConfigError; what had been started is closed again. */
export async function startStandalone(
  config: StandaloneConfig,
  env: Environment,
  telemetry: Telemetry,
): Promise<RunningStandalone> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closers.splice(0).toReversed()) await step();
  };
  const started = <T extends RunningService>(service: T): T => {
    closers.push(async () => await service.close());
    return service;
  };
  const { reportError } = telemetry;
  const observed = (name: string) => {
    const logger = createServiceLogger(name, config);
    return { logger, metrics: telemetry.metrics(logger), reportError };
  };
  try {
    const data = await openDataDirectory(config.dataDirectory);
    closers.push(async () => await data.close());
    const throttleConfig = started(
      await startThrottleConfig({
        config: loadConfig(RulesServiceConfig, {
          RULES_FILE: data.rulesFile,
          RULES_CACHE_FILE: data.rulesCacheFile,
          ...env,
          PORT: String(config.throttleConfigPort),
        }),
        ...observed('throttle-config'),
      }),
    );
    const crashmover = started(
      await startCrashmover({
        config: loadConfig(CrashmoverConfig, { ...env, PORT: String(config.crashmoverPort) }),
        ...observed('crashmover'),
        ...data,
      }),
    );
    const ingest = started(
      await startIngest({
        config: loadConfig(IngestConfig, {
          SPOOL_DIR: data.spool,
          RULES_FILE: data.rulesFile,
          THROTTLE_CONFIG_URL: throttleConfig.url,
          ...env,
        }),
        ...observed('ingest'),
        ...data,
      }),
    );
    return { data, ingest, crashmover, throttleConfig, close };
  } catch (error) {
    await close();
    throw error;
  }
}

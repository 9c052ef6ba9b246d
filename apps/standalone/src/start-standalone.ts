/** All services in one process, on the embedded adapters. */
import { BackendConfig } from '#antenna/backends';
import { crashIndexFile, KeptIndex, openCrashSearch } from '#antenna/crash-index';
import {
  createServiceLogger,
  loadConfig,
  processEnvironment,
  type RunningService,
  type ServiceParts,
} from '#antenna/service';
import { SymbolsConfig } from '#antenna/symbols';

import { CrashStatsConfig, startCrashStats } from '../../crash-stats/src/index.js';
import { CrashmoverConfig, startCrashmover } from '../../crashmover/src/index.js';
import { IngestConfig, startIngest } from '../../ingest/src/index.js';
import { ProcessorConfig, startProcessor } from '../../processor/src/index.js';
import { RulesServiceConfig, startThrottleConfig } from '../../throttle-config/src/index.js';
import { claimDataDirectory } from './claim-data-directory.js';
import { type DataDirectory, openDataDirectory, writeFirstRules } from './data-directory.js';
import { ReportLogServer } from './report-log-server.js';
import type { StandaloneConfig } from './standalone.config.js';

export interface RunningStandalone {
  readonly data: DataDirectory;
  /** The rules in use, which RULES_FILE can move out of the data directory. */
  readonly rulesFile: string;
  readonly ingest: RunningService;
  readonly crashmover: RunningService;
  /** Undefined with `PROCESSOR=off`. */
  readonly processor: RunningService | undefined;
  /** Undefined with `CRASH_STATS=off`. */
  readonly crashStats: RunningService | undefined;
  readonly throttleConfig: RunningService;
}

/**
 * Ingest starts last and so is closed first: it finishes its uploads and drains its spool while crashmover still runs.
 *
 * @throws StartupError or ConfigError
 */
export async function startStandalone(
  config: StandaloneConfig,
  { logger, telemetry, opened }: Pick<ServiceParts, 'logger' | 'telemetry' | 'opened'>,
): Promise<RunningStandalone> {
  const env = processEnvironment();
  const reports = new ReportLogServer();
  const observed = (name: string) => {
    const log = createServiceLogger(name, config, reports);
    return { logger: log, metrics: telemetry.metrics(log), reportError: telemetry.reportError };
  };
  const data = opened(await openDataDirectory(config.dataDirectory));
  // A collector with a spool of its own may share the stores and queues of another one.
  const isOnlyOne = (env['SPOOL_DIR'] ?? '') === '';
  const claim = isOnlyOne ? opened(await claimDataDirectory(data.directory)) : undefined;
  const logsReports = config.logLevel === 'info' || config.logLevel === 'debug';
  const reportsUrl = logsReports ? await opened(reports).listen() : undefined;
  const { BACKEND: backend = '' } = env;
  if (!['', 'embedded'].includes(backend)) {
    logger.warn(
      `BACKEND=${backend} has no effect: this process keeps everything in ${data.directory}; for S3 and SQS, run each service by itself`,
    );
  }
  await writeFirstRules(data.rulesFile, config, logger);
  const rules = loadConfig(RulesServiceConfig, {
    RULES_FILE: data.rulesFile,
    RULES_CACHE_FILE: data.rulesCacheFile,
    ...env,
    PORT: String(config.throttleConfigPort),
  });
  const throttleConfig = opened(
    await startThrottleConfig({
      config: Object.assign(rules, { portSetting: 'THROTTLE_CONFIG_PORT' }),
      ...observed('throttle-config'),
    }),
  );
  const index = opened(
    new KeptIndex({
      path: crashIndexFile(data.directory),
      store: data.crashes,
      ...observed('processor'),
    }),
  );
  const processor = config.processor
    ? opened(
        await startProcessor({
          config: Object.assign(
            loadConfig(ProcessorConfig, {
              DUMP_MEMORY: '32MiB',
              CONCURRENCY: '2',
              ...env,
              PORT: String(config.processorPort),
            }),
            { portSetting: 'PROCESSOR_PORT' },
          ),
          symbols: loadConfig(SymbolsConfig, {
            SYMBOLS: data.symbolFiles,
            SYMBOL_CACHE_DIR: data.symbolCache,
            ...env,
          }),
          s3: loadConfig(BackendConfig, { ...env, BACKEND: 'embedded' }),
          ...observed('processor'),
          ...data,
          deadLetters: data.processingDeadLetters,
          index,
        }),
      )
    : undefined;
  const ingestConfig = loadConfig(IngestConfig, {
    SPOOL_DIR: data.spool,
    RULES_FILE: data.rulesFile,
    THROTTLE_CONFIG_URL: throttleConfig.url,
    ...env,
  });
  const crashStats = config.crashStats
    ? opened(
        await startCrashStats({
          config: Object.assign(
            loadConfig(CrashStatsConfig, {
              ...env,
              HOST: '127.0.0.1',
              PORT: String(config.crashStatsPort),
            }),
            { portSetting: 'CRASH_STATS_PORT' },
          ),
          search: opened(openCrashSearch(crashIndexFile(data.directory))),
          ...(ingestConfig.port !== 0 && {
            submitUrl: `http://127.0.0.1:${ingestConfig.port}/submit`,
          }),
          ...observed('crash-stats'),
          ...data,
        }),
      )
    : undefined;
  const crashmover = opened(
    await startCrashmover({
      config: Object.assign(
        loadConfig(CrashmoverConfig, {
          // Enough for 16 usual envelopes or a large one: the same process also receives uploads.
          ENVELOPE_MEMORY: '32MiB',
          ...env,
          PORT: String(config.crashmoverPort),
        }),
        { portSetting: 'CRASHMOVER_PORT' },
      ),
      ...observed('crashmover'),
      ...data,
    }),
  );
  const ingest = opened(
    await startIngest({
      config: ingestConfig,
      ...observed('ingest'),
      ...data,
    }),
  );
  await claim?.announce({
    submitUrl: `${ingest.url}/submit`,
    throttleConfigUrl: throttleConfig.url,
    reportsUrl,
  });
  return {
    data,
    rulesFile: rules.rulesFile ?? data.rulesFile,
    ingest,
    crashmover,
    processor,
    crashStats,
    throttleConfig,
  };
}

import { Choice, Flag, Port, ServiceConfig, Setting } from '#antenna/service';

/** What a new data directory can have as its rules. */
const firstRules = ['accept-all', 'mozilla'] as const;

/** The settings of the standalone process, in addition to those of the services. */
export class StandaloneConfig extends ServiceConfig {
  @Setting({ env: 'PORT', doc: 'Port of ingest, which receives the crash reports.' })
  @Port()
  override port = 8000;

  @Setting({ env: 'THROTTLE_CONFIG_PORT', doc: 'Port of throttle-config.' })
  @Port()
  throttleConfigPort = 8001;

  @Setting({ env: 'CRASHMOVER_PORT', doc: 'Port of crashmover’s health endpoints.' })
  @Port()
  crashmoverPort = 8002;

  @Setting({
    env: 'PROCESSOR',
    doc: 'Whether stored crashes are processed: stacks and signatures. Switch it off if something else takes the crash ids from the processing queue.',
  })
  @Flag()
  processor = true;

  @Setting({ env: 'PROCESSOR_PORT', doc: 'Port of the processor’s health endpoints.' })
  @Port()
  processorPort = 8003;

  @Setting({
    env: 'CRASH_STATS',
    doc: 'Whether processed crashes can be looked at in a browser on this machine: docs/crash-stats.md.',
  })
  @Flag()
  crashStats = true;

  @Setting({
    env: 'CRASH_STATS_PORT',
    doc: 'Port of these pages, on 127.0.0.1 whatever HOST is.',
  })
  @Port()
  crashStatsPort = 8004;

  @Setting({
    env: 'ANTENNA_DATA_DIR',
    doc: 'Directory for all data: crashes, staging, spool, queues.',
  })
  dataDirectory = './data';

  @Setting({
    env: 'RULES',
    doc: 'Throttle rules of a new data directory; an existing `throttle-rules.yaml` stays as it is. Default: accept-all.',
  })
  @Choice(firstRules)
  rules: (typeof firstRules)[number] | undefined;
}

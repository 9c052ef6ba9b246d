import { Port, ServiceConfig, Setting } from '#antenna/service';

/** What is particular to running everything in one process; the services have their own settings too. */
export class StandaloneConfig extends ServiceConfig {
  @Setting({ env: 'PORT', doc: 'Port on which crash reports arrive (ingest).' })
  @Port()
  override port = 8000;

  @Setting({ env: 'THROTTLE_CONFIG_PORT', doc: 'Port of throttle-config.' })
  @Port()
  throttleConfigPort = 8001;

  @Setting({ env: 'CRASHMOVER_PORT', doc: 'Port of crashmover’s health endpoints.' })
  @Port()
  crashmoverPort = 8002;

  @Setting({
    env: 'ANTENNA_DATA_DIR',
    doc: 'Where everything is kept: crashes, staging, spool, queues.',
  })
  dataDirectory = './data';
}

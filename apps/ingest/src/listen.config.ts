import { Flag, Port, ServiceConfig, Setting } from '#antenna/service';

/** Where ingest listens. */
export class ListenConfig extends ServiceConfig {
  @Setting({ env: 'PORT', doc: 'Port for crash reports; 0 takes any free port.' })
  @Port()
  override port = 8000;

  @Setting({
    env: 'REUSE_PORT',
    doc: 'Share the port with other processes of this user on this machine (Linux, FreeBSD), to use more cores. Each needs its own `SPOOL_DIR`.',
  })
  @Flag()
  reusePort = false;
}

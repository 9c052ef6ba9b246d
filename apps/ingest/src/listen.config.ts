import { Choice, Duration, Flag, Port, ServiceConfig, Setting } from '#antenna/service';

/** Where ingest listens, and when it is ready. */
export class ListenConfig extends ServiceConfig {
  @Setting({ env: 'PORT', doc: 'Port for crash reports; 0 takes any free port.' })
  @Port()
  override port = 8000;

  @Setting({
    env: 'REUSE_PORT',
    doc: 'Share the port with other processes of this user (Linux, FreeBSD), to use more cores. Each needs its own `SPOOL_DIR`.',
  })
  @Flag()
  reusePort = false;

  @Setting({
    env: 'STARTUP_GATE',
    doc: 'With `backends`, ingest is not ready before it has shipped a probe, unless it did so before with the same backends and `SPOOL_DIR`. It accepts reports meanwhile.',
  })
  @Choice(['backends', 'off'])
  startupGate: 'backends' | 'off' = 'off';

  @Setting({
    env: 'STARTUP_GATE_TIMEOUT',
    doc: 'When ingest becomes ready in any case, with an error in the log.',
  })
  @Duration({ min: '1s', max: '1h' })
  startupGateTimeoutMs = 10 * 60_000;
}

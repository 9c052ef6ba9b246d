import { Choice, Duration, Integer, Port, ServiceConfig, Setting, Size } from '#antenna/service';

const MiB = 1024 * 1024;

/** The settings of crashmover. Sizes are in bytes, times in milliseconds. */
export class CrashmoverConfig extends ServiceConfig {
  @Setting({ env: 'PORT', doc: 'Port of the health endpoints. 0 picks a free port.' })
  @Port()
  override port = 8002;

  @Setting({
    env: 'CONCURRENCY',
    doc: 'Maximum number of crashes moved at the same time. Raise it if the intake queue grows while CPU and stores are idle.',
  })
  @Integer({ min: 1, max: 1000 })
  concurrency = 16;

  @Setting({
    env: 'ENVELOPE_MEMORY',
    doc: 'Maximum bytes of envelopes in memory. A larger envelope is moved alone. Keep it well below the memory limit. Default of `npm start`: 32MiB.',
  })
  @Size({ min: '1MiB' })
  envelopeMemoryBytes = 256 * MiB;

  @Setting({
    env: 'VISIBILITY_TIMEOUT',
    doc: 'Time until another crashmover retries a crash whose crashmover died.',
  })
  @Duration({ min: '1s', max: '12h' })
  visibilityTimeoutMs = 60_000;

  @Setting({
    env: 'MAX_ATTEMPTS',
    doc: 'Attempts to move a crash before it is dead-lettered; none count while a store or a queue is down.',
  })
  @Integer({ min: 1, max: 1000 })
  maxAttempts = 10;

  @Setting({
    env: 'RETRY_BASE',
    doc: 'Delay before the second attempt; it doubles with each further attempt.',
  })
  @Duration({ min: '10ms', max: '1h' })
  retryBaseMs = 2000;

  @Setting({ env: 'RETRY_MAX', doc: 'Maximum delay between two attempts.' })
  @Duration({ min: '10ms', max: '12h' })
  retryMaxMs = 15 * 60_000;

  @Setting({
    env: 'DUMP_CHECKSUM',
    doc: 'Hash algorithm of the dump checksums in the raw crash. Set `md5` only if the processors expect it.',
  })
  @Choice(['sha256', 'md5'])
  dumpChecksum: 'sha256' | 'md5' = 'sha256';

  @Setting({
    env: 'RETENTION',
    doc: 'Days after which a crash is removed from a data directory, from the later of the date in its id and when it was stored; 0 keeps all. Refused with `BACKEND=aws`: use a lifecycle rule of the bucket.',
  })
  @Integer({ min: 0, max: 36_500 })
  retentionDays = 0;

  validate(): string[] {
    return this.retryBaseMs > this.retryMaxMs
      ? ['RETRY_BASE must not be longer than RETRY_MAX']
      : [];
  }
}

import { Choice, Duration, Integer, Port, ServiceConfig, Setting, Size } from '#antenna/service';

const MiB = 1024 * 1024;

/** Everything about crashmover that an operator may set. Sizes are bytes, times milliseconds. */
export class CrashmoverConfig extends ServiceConfig {
  @Setting({ env: 'PORT', doc: 'Port of the health endpoints; 0 takes any free one.' })
  @Port()
  override port = 8002;

  @Setting({ env: 'CONCURRENCY', doc: 'Crashes that are moved at the same time.' })
  @Integer({ min: 1, max: 1000 })
  concurrency = 16;

  @Setting({
    env: 'ENVELOPE_MEMORY',
    doc: 'Bytes of envelopes held in memory at the same time; a larger one is moved alone.',
  })
  @Size({ min: '1MiB' })
  envelopeMemoryBytes = 256 * MiB;

  @Setting({
    env: 'VISIBILITY_TIMEOUT',
    doc: 'How long a message stays hidden after its mover died; it is renewed every third of it.',
  })
  @Duration({ min: '1s', max: '12h' })
  visibilityTimeoutMs = 60_000;

  @Setting({
    env: 'MAX_ATTEMPTS',
    doc: 'Deliveries of a crash before it is dead-lettered; nothing is while a store or a queue is down.',
  })
  @Integer({ min: 1, max: 1000 })
  maxAttempts = 10;

  @Setting({
    env: 'RETRY_BASE',
    doc: 'Delay of the second attempt; it doubles with each further one.',
  })
  @Duration({ min: '10ms', max: '1h' })
  retryBaseMs = 2000;

  @Setting({ env: 'RETRY_MAX', doc: 'Longest delay between two attempts.' })
  @Duration({ min: '10ms', max: '12h' })
  retryMaxMs = 15 * 60_000;

  @Setting({ env: 'DUMP_CHECKSUM', doc: 'Hash of each dump in the raw crash.' })
  @Choice(['md5', 'sha256'])
  dumpChecksum: 'md5' | 'sha256' = 'md5';

  validate(): string[] {
    return this.retryBaseMs > this.retryMaxMs
      ? ['RETRY_BASE must not be longer than RETRY_MAX']
      : [];
  }
}

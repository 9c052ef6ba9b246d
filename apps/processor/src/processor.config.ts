import { Duration, Integer, List, Port, ServiceConfig, Setting, Size } from '#antenna/service';

const MiB = 1024 * 1024;

/** The settings of the processor. Sizes are in bytes, times in milliseconds. */
export class ProcessorConfig extends ServiceConfig {
  @Setting({ env: 'PORT', doc: 'Port of the health endpoints. 0 picks a free port.' })
  @Port()
  override port = 8003;

  @Setting({
    env: 'CONCURRENCY',
    doc: 'Maximum number of crashes processed at the same time. Some wait for the store while others are walked: twice `WALKERS` or more.',
  })
  @Integer({ min: 1, max: 1000 })
  concurrency = 8;

  @Setting({
    env: 'WALKERS',
    doc: 'Threads that walk stacks, started when the first crash arrives. Set it to the number of CPUs.',
  })
  @Integer({ min: 1, max: 64 })
  walkers = 1;

  @Setting({
    env: 'WALK_TIMEOUT',
    doc: 'Time to walk the stacks of the minidumps of one crash, without fetching symbols. The crash is then processed without the others.',
  })
  @Duration({ min: '100ms', max: '10m' })
  walkTimeoutMs = 15_000;

  @Setting({
    env: 'WALK_SYMBOL_BYTES',
    doc: 'Maximum bytes of all symbol files of one walk; a file that does not fit is not used, with a note. They share the 768 MiB of WebAssembly memory of a walk with the minidump and the stacks; a walk that needs more is done without symbols.',
  })
  @Size({ min: '0B', max: '768MiB' })
  walkSymbolBytes = 256 * MiB;

  @Setting({
    env: 'DUMP_MEMORY',
    doc: 'Maximum bytes of minidumps in memory, without the copy that a walker has. The crash of a larger one is processed without its stacks.',
  })
  @Size({ min: '1MiB' })
  dumpMemoryBytes = 128 * MiB;

  @Setting({
    env: 'VISIBILITY_TIMEOUT',
    doc: 'Time until another processor retries a crash whose processor died.',
  })
  @Duration({ min: '1s', max: '12h' })
  visibilityTimeoutMs = 60_000;

  @Setting({
    env: 'MAX_ATTEMPTS',
    doc: 'Attempts to process a crash before it is dead-lettered; none count while the store or a queue is down.',
  })
  @Integer({ min: 2, max: 1000 })
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
    env: 'SIGNATURE_LISTS_FILE',
    doc: 'File with signature lists; an edit is used for the next crash. Default: those that come with Antenna.',
  })
  signatureListsFile: string | undefined;

  @Setting({
    env: 'COPIED_ANNOTATIONS',
    doc: 'Annotations to copy into processed crashes, in addition to those that docs/processor.md lists.',
  })
  @List()
  copiedAnnotations: readonly string[] = [];

  validate(): string[] {
    return this.retryBaseMs > this.retryMaxMs
      ? ['RETRY_BASE must not be longer than RETRY_MAX']
      : [];
  }
}

import { Duration, List, Setting, Size } from '#antenna/service';
import { invalidLocation } from './sources/open-source.js';

const MiB = 1024 * 1024;

/** Where symbols come from. Sizes are in bytes, times in milliseconds. */
export class SymbolsConfig {
  @Setting({
    env: 'SYMBOLS',
    doc: 'Places with symbol files, tried in order: directories, `s3://bucket/prefix`, or symbol servers such as `https://symbols.mozilla.org`, which learn which modules crash. Default: none; of `npm start`, `symbols` in the data directory.',
  })
  @List()
  locations: readonly string[] = [];

  @Setting({
    env: 'SYMBOL_CACHE_DIR',
    doc: 'Directory that keeps files of buckets and servers, and inflated ones. Several processes may share it.',
  })
  cacheDirectory = './data/symbol-cache';

  @Setting({
    env: 'SYMBOL_CACHE_BYTES',
    doc: 'Maximum size of the cache; the least recently used files are removed. Unfinished downloads, up to eight of SYMBOL_MAX_BYTES, come on top.',
  })
  @Size({ min: '1MiB' })
  cacheBytes = 4096 * MiB;

  @Setting({
    env: 'SYMBOL_MAX_BYTES',
    doc: 'Maximum size of one symbol file, also after inflating; a larger one is not used.',
  })
  @Size({ min: '1KiB' })
  maxBytes = 1024 * MiB;

  @Setting({ env: 'SYMBOL_TIMEOUT', doc: 'Time to get one file from one place.' })
  @Duration({ min: '100ms', max: '1h' })
  timeoutMs = 60_000;

  @Setting({
    env: 'SYMBOL_MISSING_TIME',
    doc: 'Time until a bucket or a server is asked again for a file that it did not have.',
  })
  @Duration({ min: '1s', max: '7d' })
  missingMs = 60 * 60_000;

  validate(): string[] {
    const problems = this.locations
      .map(invalidLocation)
      .flatMap((problem) => (problem ? [`SYMBOLS: ${problem.message}`] : []));
    if (this.cacheBytes < this.maxBytes)
      problems.push('SYMBOL_CACHE_BYTES must not be less than SYMBOL_MAX_BYTES');
    return problems;
  }
}

import { gzipSync } from 'node:zlib';
import { seededRandom } from '#antenna/crash-client';

const entries = 6000;

/** A report of about:memory as Firefox adds it to a crash: JSON, compressed with gzip, about 80 KB. */
export function memoryReport(): Buffer {
  const random = seededRandom(entries);
  const reports = Array.from({ length: entries }, (_, index) => ({
    process:
      index % 4 === 0 ? 'Main Process (pid 4242)' : `webIsolated (pid ${5000 + (index % 4)})`,
    path: `explicit/${random.oneOf(['js-non-window', 'images', 'heap-overhead', 'dom'])}/zone(0x${random.hex(8)})/${random.oneOf(['strings', 'shapes', 'objects', 'scripts'])}`,
    kind: 1,
    units: 0,
    amount: random.below(2 ** 24),
    description: '',
  }));
  const text = JSON.stringify({ version: 1, hasMozMallocUsableSize: true, reports });
  return gzipSync(text);
}

import type { SeededRandom } from './seeded-random.js';

/** Size of MINIDUMP_HEADER (Microsoft, minidumpapiset.h). */
const headerBytes = 32;
const formatVersion = 0xa793;
/** Upper half of most addresses in a 64-bit Windows process's modules. */
const moduleAddressHigh = 0x7ffb;

/**
 * Bytes that begin like a minidump and compress like one, to about a third: the body is a stack of 64-bit words, most
 * of them zero, repeated addresses, or small numbers. It has no streams, so no tool can parse it.
 * @param size Bytes, the header included when it fits.
 */
export function minidumpLike(
  size: number,
  { random, takenAt }: { random: SeededRandom; takenAt: Date },
): Buffer {
  const bytes = Buffer.alloc(Math.max(size, headerBytes));
  bytes.write('MDMP', 0, 'latin1');
  bytes.writeUInt32LE(formatVersion, 4);
  bytes.writeUInt32LE(headerBytes, 12);
  bytes.writeUInt32LE(Math.floor(takenAt.getTime() / 1000), 20);

  const addresses = Array.from({ length: 512 }, () => random.below(2 ** 32));
  for (let offset = headerBytes; offset + 8 <= bytes.length; offset += 8) {
    const kind = random.below(100);
    if (kind < 40) continue;
    if (kind < 72) {
      bytes.writeUInt32LE(addresses[random.below(addresses.length)] ?? 0, offset);
      bytes.writeUInt32LE(moduleAddressHigh, offset + 4);
    } else if (kind < 90) {
      bytes.writeUInt32LE(random.below(2 ** 16), offset);
    } else {
      bytes.writeUInt32LE(random.below(2 ** 32), offset);
      bytes.writeUInt32LE(random.below(2 ** 32), offset + 4);
    }
  }
  return bytes.subarray(0, size);
}

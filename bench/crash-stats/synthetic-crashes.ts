import { type SeededRandom, seededRandom } from '#antenna/crash-client';
import type { IndexedFacts } from '#antenna/crash-index';

const dayMs = 86_400_000;
const signatureCount = 5000;
const modulePool = 800;
const modulesOfSystem = 50;
const furtherModules = 10;

/** Days over which the crashes are spread. */
export const syntheticDays = 60;
export const syntheticProducts = [
  'Firefox',
  'Fenix',
  'Thunderbird',
  'Focus',
  'VPN',
  'Klar',
] as const;

const channels = ['release', 'release', 'release', 'esr', 'beta', 'nightly'] as const;
const processTypes = ['content', 'content', 'parent', 'parent', 'gpu', 'rdd', 'utility'] as const;
const reasons = [
  'SIGSEGV / SEGV_MAPERR',
  'EXCEPTION_ACCESS_VIOLATION_READ',
  'EXCEPTION_ACCESS_VIOLATION_WRITE',
  'EXCEPTION_BREAKPOINT',
  'SIGABRT',
  'EXC_BAD_ACCESS / KERN_INVALID_ADDRESS',
  'OOM',
] as const;
const systems = [
  { name: 'Windows', versions: ['10.0.22631', '10.0.19045', '6.1.7601'], suffix: 'dll' },
  { name: 'Windows', versions: ['10.0.26100', '10.0.22631', '10.0.19045'], suffix: 'dll' },
  { name: 'Mac OS X', versions: ['15.1.0', '14.7.1', '10.15.7'], suffix: 'dylib' },
  { name: 'Linux', versions: ['6.8.0', '5.15.0', '6.11.2'], suffix: 'so' },
  { name: 'Android', versions: ['34', '33', '29'], suffix: 'so' },
] as const;
const uptimes = [
  { limit: 60, range: '< 1 min' },
  { limit: 300, range: '1-5 min' },
  { limit: 900, range: '5-15 min' },
  { limit: 3600, range: '15-60 min' },
  { limit: 200_000, range: '> 1 hour' },
] as const;
const words = [
  'Layer',
  'Script',
  'Cache',
  'Frame',
  'Socket',
  'Image',
  'Worker',
  'Texture',
] as const;
const verbs = ['Load', 'Release', 'Paint', 'Trace', 'Dispatch', 'Get', 'Flush', 'Resolve'] as const;

/** The signature of a rank, the most frequent first. */
export function syntheticSignature(rank: number): string {
  const random = seededRandom(rank + 1);
  const frames = Array.from(
    { length: 1 + random.below(3) },
    () => `ns${random.below(40)}::${random.oneOf(words)}${rank}::${random.oneOf(verbs)}`,
  );
  return frames.join(' | ');
}

/**
 * Crashes as those of a browser: of 5,000 signatures, 60 versions and 800 modules a few are frequent, each crash has 60
 * modules, and a signature prefers a system. The same seed gives the same crashes.
 * @param until epoch milliseconds; the crashes are of the 60 days before, in the order of their receipt
 */
export function* syntheticCrashes(count: number, until: number, seed = 1): Generator<IndexedFacts> {
  const random = seededRandom(seed);
  const signatureRank = ranks(random, signatureCount);
  const versionRank = ranks(random, 60);
  const moduleRank = ranks(random, modulePool);
  const signatures = Array.from({ length: signatureCount }, (_, rank) => syntheticSignature(rank));
  for (let number = 0; number < count; number += 1) {
    const rank = signatureRank();
    // Two of three crashes are of the signature's system.
    const system = systems[(random.below(3) === 0 ? random.below(5) : rank) % 5] ?? systems[0];
    const date = Math.floor(until - (1 - number / count) * syntheticDays * dayMs);
    const uptime = uptimes[random.below(uptimes.length)] ?? uptimes[0];
    const version = versionRank();
    const product = syntheticProducts[Math.min(random.below(6), random.below(6), random.below(6))];
    const modules = Array.from({ length: modulesOfSystem }, (_, module) => module);
    for (let more = 0; more < furtherModules; more += 1)
      modules.push(modulesOfSystem + moduleRank());
    const isWindows = system.name === 'Windows';
    yield {
      crash_id: crashId(random, date),
      date,
      signature: signatures[rank] ?? '',
      product: product ?? null,
      version: `${145 - Math.floor(version / 5)}.${version % 5}`,
      release_channel: random.oneOf(channels),
      build: `202611${String(10 + (version % 20))}0930${version % 6}0`,
      process_type: random.oneOf(processTypes),
      os_name: system.name,
      os_version: random.oneOf(system.versions),
      cpu_arch: random.oneOf(['amd64', 'amd64', 'amd64', 'arm64', 'x86']),
      cpu_count: 2 << random.below(4),
      reason: reasons[(rank + (random.below(4) === 0 ? random.below(7) : 0)) % 7] ?? null,
      uptime: random.below(uptime.limit),
      uptime_range: uptime.range,
      walk_status: random.below(50) === 0 ? 'ERROR: no thread list' : 'OK',
      modules: [...new Set(modules)].map((module) => `module${module}.${system.suffix}`),
      adapter_vendor_id: isWindows ? random.oneOf(['0x10de', '0x8086', '0x1002']) : null,
      adapter_device_id: isWindows ? `0x${(0x1000 + random.below(300)).toString(16)}` : null,
      adapter_driver_version: isWindows ? `31.0.${random.below(40)}.5168` : null,
      startup_crash: random.below(20) === 0 ? '1' : null,
      shutdown_progress: random.below(30) === 0 ? 'profile-before-change' : null,
      moz_crash_reason: rank % 4 === 0 ? `MOZ_RELEASE_ASSERT(index < length_${rank % 90})` : null,
      abort_message: rank % 50 === 0 ? `[GFX1]: Receive IPC close with reason ${rank % 7}` : null,
    };
  }
}

function crashId(random: SeededRandom, date: number): string {
  const day = new Date(date).toISOString().slice(2, 10).replaceAll('-', '');
  const hex = random.hex(25);
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return `${groups.join('-')}-${hex.slice(20, 25)}0${day}`;
}

/** Draws a rank, with a frequency of one through the rank (Zipf's law). */
function ranks(random: SeededRandom, count: number): () => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let rank = 0; rank < count; rank += 1) sums[rank] = sum += 1 / (rank + 1);
  return () => {
    const drawn = (random.below(2 ** 32) / 2 ** 32) * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < drawn) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

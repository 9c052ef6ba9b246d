/** A repeatable source of numbers: the same seed gives the same sequence on every machine. */
export interface SeededRandom {
  /** An integer from 0 up to, but without, the limit (at most 2^32). */
  below(limit: number): number;
  /** Lower-case hexadecimal digits. */
  hex(digits: number): string;
  /** One of the values. */
  oneOf<T>(values: readonly [T, ...T[]]): T;
}

/**
 * A xorshift generator (Marsaglia 2003, the 32-bit one with shifts 13, 17, 5): fast and good enough to make
 * sample data, and not for secrets.
 */
export function seededRandom(seed: number): SeededRandom {
  // Neighbouring seeds must not give similar sequences, and a state of zero would stay zero.
  let state = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const below = (limit: number): number => Math.floor((next() / 2 ** 32) * limit);
  return {
    below,
    hex: (digits) => Array.from({ length: digits }, () => below(16).toString(16)).join(''),
    oneOf: (values) => values[below(values.length)] ?? values[0],
  };
}

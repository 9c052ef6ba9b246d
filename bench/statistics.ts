/** Of repeated measurements. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** @throws RangeError without values */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { min: at(sorted, 0), median: median(sorted), max: at(sorted, sorted.length - 1) };
}

/**
 * The percentile by nearest rank.
 * @param sorted ascending
 * @param part 0.99 for p99
 * @throws RangeError without values
 */
export function percentile(sorted: readonly number[], part: number): number {
  return at(sorted, Math.max(0, Math.ceil(part * sorted.length) - 1));
}

/** The ratios of values of the same round. */
export function ratios(values: readonly number[], references: readonly number[]): number[] {
  const pairs = Math.min(values.length, references.length);
  return values.slice(0, pairs).map((value, index) => value / at(references, index));
}

function median(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? at(sorted, middle)
    : (at(sorted, middle - 1) + at(sorted, middle)) / 2;
}

function at(values: readonly number[], index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError('no values were measured');
  return value;
}

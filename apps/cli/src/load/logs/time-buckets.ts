import { count } from '../../counts.js';

/** By name. */
type Counts = Map<string, number>;

/** Twice as many seconds fall into a bucket as soon as there are more. */
const maxBuckets = 3600;

/** Counts over time for any length of time in constant memory. */
export class TimeBuckets {
  seconds = 1;
  private buckets = new Map<number, Counts>();

  add(atMs: number, name: string): void {
    const index = Math.floor(atMs / 1000 / this.seconds);
    const counts = this.buckets.get(index) ?? new Map<string, number>();
    this.buckets.set(index, counts);
    count(counts, name);
    if (this.buckets.size > maxBuckets) this.merge();
  }

  /** In order: start in seconds since 1970, and counts. */
  get sorted(): readonly (readonly [second: number, counts: Counts])[] {
    return [...this.buckets]
      .toSorted(([a], [b]) => a - b)
      .map(([index, counts]) => [index * this.seconds, counts]);
  }

  private merge(): void {
    const merged = new Map<number, Counts>();
    for (const [index, counts] of this.buckets) {
      const half = Math.floor(index / 2);
      const sum = merged.get(half) ?? new Map<string, number>();
      merged.set(half, sum);
      for (const [name, number] of counts) count(sum, name, number);
    }
    this.buckets = merged;
    this.seconds *= 2;
  }
}

/** 4 MiB of memory. */
const denseSize = 2 ** 20;

export interface Counted {
  readonly count: number;
  /** Epoch milliseconds. */
  readonly first: number;
  readonly last: number;
}

/** Of all numbers together, for 32 MB of memory. */
const maxParts = 4_000_000;

/** Parts of equal length into which a time is divided. */
export interface TimeParts {
  /** Epoch milliseconds. */
  readonly since: number;
  readonly length: number;
  readonly count: number;
}

/** How often, first and last each number came. */
export class Counts {
  private readonly counts: number[] = [];
  private readonly firsts: number[] = [];
  private readonly lasts: number[] = [];
  /** The numbers, each at its place minus one. */
  private readonly numbers: number[] = [];
  /** The places of small integers, as most are: three times as fast as a map. */
  private readonly dense: Uint32Array;
  private readonly sparse = new Map<number, number>();
  /** Of each place, one after the other. */
  private readonly parts: number[] = [];
  private readonly time: TimeParts | undefined;

  /**
   * @param kind `many` for a column, `few` for a part of it
   * @param time to count by its parts, too
   */
  constructor(kind: 'many' | 'few', time?: TimeParts) {
    this.time = time;
    this.dense = new Uint32Array(kind === 'many' ? denseSize : 0);
  }

  get size(): number {
    return this.numbers.length;
  }

  add(number: number, date: number): void {
    const place = this.placeOf(number);
    if (place === 0) {
      this.append(number, { count: 1, first: date, last: date });
      this.addPart(this.size - 1, date);
      return;
    }
    const index = place - 1;
    this.addPart(index, date);
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    if (date < (this.firsts[index] ?? date)) this.firsts[index] = date;
    if (date > (this.lasts[index] ?? date)) this.lasts[index] = date;
  }

  addAll(number: number, { count, first, last }: Counted): void {
    const known = this.at(number);
    if (known === undefined) {
      this.append(number, { count, first, last });
      return;
    }
    const index = this.placeOf(number) - 1;
    this.counts[index] = known.count + count;
    this.firsts[index] = Math.min(known.first, first);
    this.lasts[index] = Math.max(known.last, last);
  }

  at(number: number): Counted | undefined {
    const index = this.placeOf(number) - 1;
    const [count, first, last] = [this.counts[index], this.firsts[index], this.lasts[index]];
    return count === undefined || first === undefined || last === undefined
      ? undefined
      : { count, first, last };
  }

  /** Whether the parts of all numbers were counted, and did not become too many. */
  get hasParts(): boolean {
    return this.time !== undefined && this.parts.length === this.size * this.time.count;
  }

  partsOf(number: number): number[] {
    const { count } = this.time ?? { count: 0 };
    const start = (this.placeOf(number) - 1) * count;
    return this.parts.slice(start, start + count);
  }

  /** Those that came most often, at least as many as asked for if there are: equal ones are all in it. */
  largest(limit: number): number[] {
    const least = this.counts.toSorted((a, b) => b - a)[limit - 1] ?? 1;
    return this.numbers.filter((_, index) => (this.counts[index] ?? 0) >= least);
  }

  all(): readonly number[] {
    return this.numbers;
  }

  private addPart(index: number, date: number): void {
    if (this.time === undefined) return;
    const { since, length, count } = this.time;
    const start = index * count;
    if (this.parts.length === start && start + count <= maxParts)
      for (let part = 0; part < count; part += 1) this.parts.push(0);
    const at = start + Math.floor((date - since) / length);
    const known = this.parts[at];
    if (known !== undefined) this.parts[at] = known + 1;
  }

  private placeOf(number: number): number {
    return this.dense[number] ?? this.sparse.get(number) ?? 0;
  }

  private append(number: number, { count, first, last }: Counted): void {
    this.counts.push(count);
    this.firsts.push(first);
    this.lasts.push(last);
    const place = this.numbers.push(number);
    if (this.dense[number] === undefined) this.sparse.set(number, place);
    else this.dense[number] = place;
  }
}

/** Results that hold for some time, at most a number of them; the oldest are forgotten first. */
export class Remembered<Result> {
  private readonly results = new Map<string, { readonly result: Result; readonly until: number }>();

  constructor(
    private readonly maxCount: number,
    private readonly now: () => number,
  ) {}

  get(key: string): Result | undefined {
    const found = this.results.get(key);
    if (found === undefined || found.until > this.now()) return found?.result;
    this.results.delete(key);
    return undefined;
  }

  set(key: string, result: Result, ms: number): void {
    this.results.delete(key);
    this.results.set(key, { result, until: this.now() + ms });
    if (this.results.size <= this.maxCount) return;
    for (const oldest of this.results.keys()) {
      this.results.delete(oldest);
      return;
    }
  }
}

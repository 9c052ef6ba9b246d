import { RE2Set } from 're2js';

/** Regular expressions that are compared with the start of a string all at once, in time linear in its length. */
export class LinearPatternSet {
  private readonly set = new RE2Set(RE2Set.ANCHOR_START);

  /** @param sources each is valid for {@link LinearPattern} */
  constructor(private readonly sources: readonly string[]) {
    for (const source of sources) this.set.add(source);
    this.set.compile();
  }

  /** The first of the patterns that match. */
  match(text: string): string | undefined {
    if (this.sources.length === 0) return undefined;
    const matches = this.set.match(text);
    return matches.length === 0 ? undefined : this.sources[Math.min(...matches)];
  }
}

/** Pairs two events of each crash, whichever is seen first, and forgets what is paired. */
export class Pairs {
  private readonly firsts = new Map<string, number>();
  private readonly seconds = new Map<string, number>();

  /** Returns the time from the first to the second event, if both are known now. */
  first(crashId: string, atMs: number): number | undefined {
    return this.pair(crashId, this.seconds, { set: this.firsts, atMs, sign: -1 });
  }

  second(crashId: string, atMs: number): number | undefined {
    return this.pair(crashId, this.firsts, { set: this.seconds, atMs, sign: 1 });
  }

  /** Crashes with the first event only. */
  get unpaired(): ReadonlyMap<string, number> {
    return this.firsts;
  }

  private pair(
    crashId: string,
    others: Map<string, number>,
    own: { readonly set: Map<string, number>; readonly atMs: number; readonly sign: 1 | -1 },
  ): number | undefined {
    const other = others.get(crashId);
    if (other === undefined) {
      own.set.set(crashId, own.atMs);
      return undefined;
    }
    others.delete(crashId);
    return own.sign * (own.atMs - other);
  }
}

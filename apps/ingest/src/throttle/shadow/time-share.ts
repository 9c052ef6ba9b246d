/** Lets work take at most a share of the time, after a first burst. */
export class TimeShare {
  private leftMs: number;
  private seenAt: number;

  constructor(
    private readonly options: { readonly share: number; readonly burstMs: number },
    private readonly now: () => number,
  ) {
    this.leftMs = options.burstMs;
    this.seenAt = now();
  }

  get isLeft(): boolean {
    const { share, burstMs } = this.options;
    const now = this.now();
    this.leftMs = Math.min(burstMs, this.leftMs + (now - this.seenAt) * share);
    this.seenAt = now;
    return this.leftMs > 0;
  }

  spend(milliseconds: number): void {
    this.leftMs -= milliseconds;
  }
}

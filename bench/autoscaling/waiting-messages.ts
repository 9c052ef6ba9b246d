/** Messages of a queue that nobody has received yet, oldest first; only how many arrived when. */
export class WaitingMessages {
  private arrivals: { readonly atSeconds: number; count: number }[] = [];
  private head = 0;
  private total = 0;

  get count(): number {
    return this.total;
  }

  add(atSeconds: number, count: number): void {
    if (count <= 0) return;
    this.arrivals.push({ atSeconds, count });
    this.total += count;
  }

  /** Takes the oldest; fewer when there are not so many. */
  take(count: number): number {
    const taken = Math.min(count, this.total);
    let left = taken;
    while (left > 0) {
      const oldest = this.arrivals[this.head];
      if (!oldest) break;
      const part = Math.min(left, oldest.count);
      oldest.count -= part;
      left -= part;
      if (oldest.count <= 0) this.head += 1;
    }
    this.total = Math.max(0, this.total - taken);
    this.forgetTaken();
    return taken;
  }

  /** Seconds that the oldest one has waited; 0 when there is none. */
  oldestAge(nowSeconds: number): number {
    return this.total > 0 ? nowSeconds - (this.arrivals[this.head]?.atSeconds ?? nowSeconds) : 0;
  }

  private forgetTaken(): void {
    if (this.head < 1000) return;
    this.arrivals = this.arrivals.slice(this.head);
    this.head = 0;
  }
}

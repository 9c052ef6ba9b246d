/** Limits the bytes held at the same time. Callers wait in order until theirs fit. */
export class ByteSemaphore {
  private taken = 0;
  private readonly waiting: { bytes: number; start: () => void }[] = [];

  constructor(private readonly total: number) {}

  /** Waits until the bytes fit; more than the total is granted alone. Returns a function that releases them. */
  async acquire(wanted: number): Promise<() => void> {
    const bytes = Math.min(wanted, this.total);
    if (this.waiting.length === 0 && this.fits(bytes)) {
      this.taken += bytes;
    } else {
      await new Promise<void>((start) => {
        this.waiting.push({ bytes, start });
      });
    }
    return () => this.release(bytes);
  }

  private fits(bytes: number): boolean {
    return this.taken + bytes <= this.total;
  }

  private release(bytes: number): void {
    this.taken -= bytes;
    for (let next = this.waiting[0]; next && this.fits(next.bytes); next = this.waiting[0]) {
      this.waiting.shift();
      this.taken += next.bytes;
      next.start();
    }
  }
}

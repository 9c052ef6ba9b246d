/** Wakes the waiting receives of a queue when this process has made a message visible. */
export class Arrivals {
  private readonly waiting = new Set<() => void>();
  private announced = 0;

  /** The number of arrivals so far. Read it before looking into the queue and pass it to {@link next}. */
  get count(): number {
    return this.announced;
  }

  announce(): void {
    this.announced += 1;
    this.waiting.forEach((wake) => wake());
  }

  /** Resolves on the next arrival (at once if there was one since `count`), after `ms`, or on abort. */
  async next(count: number, ms: number, signal: AbortSignal): Promise<void> {
    if (this.announced !== count || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    const wake = (): void => resolve();
    signal.addEventListener('abort', wake);
    this.waiting.add(wake);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      this.waiting.delete(wake);
    }
  }
}

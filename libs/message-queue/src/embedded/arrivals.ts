/** Wakes waiting receives of one queue when this process has put something within their reach. */
export class Arrivals {
  private readonly waiting = new Set<() => void>();
  private announced = 0;

  /** How many there were; taken before looking into the queue and given to {@link next}. */
  get count(): number {
    return this.announced;
  }

  announce(): void {
    this.announced += 1;
    this.waiting.forEach((wake) => wake());
  }

  /** Resolves after the next arrival, at once when there was one since `count`, after `ms`, or on abort. */
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

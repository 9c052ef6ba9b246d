/** An envelope that is durable in the spool and waits for shipping. */
export interface SpooledEnvelope {
  readonly crashId: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly spooledAt: Date;
}

/** What one take returns. */
export interface TakeLimits {
  readonly count: number;
  /** Sum of the sizes; a larger envelope is taken alone. */
  readonly bytes: number;
  /** How long an envelope waits for others after it was spooled, if there was one shortly before it; 0: not at all. */
  readonly lingerMs: number;
}

/** Part of the linger. Where reports arrive hardly more often than once in a linger, they would wait in vain. */
const recentShare = 0.75;

/** The envelopes of the spool by path, in shipping order, including those that are being shipped. */
export class WaitingEnvelopes {
  private readonly all = new Map<string, SpooledEnvelope>();
  private readonly claimed = new Set<string>();
  private ready: SpooledEnvelope[] = [];
  /** For each envelope, when the one before it was spooled. */
  private readonly previousAt = new WeakMap<SpooledEnvelope, Date>();
  private newestAt = new Date(0);
  private wake: (() => void) | undefined;
  private mayLinger = true;

  get count(): number {
    return this.all.size;
  }

  has(envelope: SpooledEnvelope): boolean {
    return this.all.has(envelope.path);
  }

  oldestAgeMs(now = Date.now()): number {
    const oldest = this.all.values().next().value;
    return oldest === undefined ? 0 : Math.max(0, now - oldest.spooledAt.getTime());
  }

  /** Reserves a path for a new envelope; returns false when it is already in use. */
  claim(path: string): boolean {
    if (this.all.has(path) || this.claimed.has(path)) return false;
    this.claimed.add(path);
    return true;
  }

  unclaim(path: string): void {
    this.claimed.delete(path);
  }

  add(envelope: SpooledEnvelope): void {
    this.claimed.delete(envelope.path);
    this.all.set(envelope.path, envelope);
    this.previousAt.set(envelope, this.newestAt);
    this.newestAt = envelope.spooledAt;
    this.putBack([envelope]);
  }

  /**
   * Takes envelopes to ship, oldest first. Waits for the first one, and then until the limits are reached or the first
   * one has lingered. Returns none when aborted before there is one.
   */
  async take(limits: TakeLimits, signal: AbortSignal): Promise<SpooledEnvelope[]> {
    while (this.ready.length === 0 && !signal.aborted) await this.changed(signal);
    const end = performance.now() + this.lingerLeftMs(limits);
    for (;;) {
      const { count, isFull } = this.batch(limits);
      const leftMs = this.mayLinger ? end - performance.now() : 0;
      if (isFull || leftMs <= 0 || signal.aborted) return this.ready.splice(0, count);
      await this.changed(signal, leftMs);
    }
  }

  /** From now on, `take` returns what there is: the process ends. */
  stopLingering(): void {
    this.mayLinger = false;
    this.wake?.();
  }

  /** Puts envelopes that could not be shipped at the end of the queue. */
  putBack(envelopes: readonly SpooledEnvelope[]): void {
    this.ready.push(...envelopes);
    this.wake?.();
  }

  remove(envelope: SpooledEnvelope): void {
    this.all.delete(envelope.path);
  }

  /** How many ready envelopes are within the limits, and whether a further one cannot be. */
  private batch(limits: TakeLimits): { count: number; isFull: boolean } {
    let count = 0;
    let bytes = 0;
    for (const { size } of this.ready) {
      if (count === limits.count || (count > 0 && bytes + size > limits.bytes))
        return { count, isFull: true };
      count += 1;
      bytes += size;
    }
    return { count, isFull: count === limits.count || bytes >= limits.bytes };
  }

  /** None at quiet times: no other envelope would come in time. */
  private lingerLeftMs({ lingerMs }: TakeLimits, now = Date.now()): number {
    const [oldest] = this.ready;
    if (oldest === undefined) return 0;
    const spooledAt = oldest.spooledAt.getTime();
    const previousAt = this.previousAt.get(oldest)?.getTime() ?? 0;
    if (spooledAt - previousAt > lingerMs * recentShare) return 0;
    // Never longer, even if the clock was set back.
    return Math.min(lingerMs, spooledAt + lingerMs - now);
  }

  /** Resolves when an envelope was added, lingering stopped, the signal aborted, or the time is over. */
  private async changed(signal: AbortSignal, timeoutMs?: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = timeoutMs === undefined ? undefined : setTimeout(() => done(), timeoutMs);
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.wake = undefined;
        resolve();
      };
      this.wake = done;
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

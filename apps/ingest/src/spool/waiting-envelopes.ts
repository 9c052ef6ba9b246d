/** An envelope that is durable in the spool and waits for shipping. */
export interface SpooledEnvelope {
  readonly crashId: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly spooledAt: Date;
}

/** The envelopes of the spool by path, in shipping order, including those that are being shipped. */
export class WaitingEnvelopes {
  private readonly all = new Map<string, SpooledEnvelope>();
  private readonly claimed = new Set<string>();
  private ready: SpooledEnvelope[] = [];
  private wake: (() => void) | undefined;

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
    this.putBack([envelope]);
  }

  /** Takes up to `max` envelopes to ship; waits for the first one, or returns none when aborted. */
  async take(max: number, signal: AbortSignal): Promise<SpooledEnvelope[]> {
    while (this.ready.length === 0 && !signal.aborted) await this.added(signal);
    return this.ready.splice(0, max);
  }

  /** Puts envelopes that could not be shipped at the end of the queue. */
  putBack(envelopes: readonly SpooledEnvelope[]): void {
    this.ready.push(...envelopes);
    this.wake?.();
  }

  remove(envelope: SpooledEnvelope): void {
    this.all.delete(envelope.path);
  }

  private async added(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        this.wake = undefined;
        resolve();
      };
      this.wake = done;
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

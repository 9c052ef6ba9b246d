/**
 * Keys of envelopes that this process has moved recently. Queues deliver at least once: a second delivery finds no
 * envelope in staging, and must not be reported as a lost crash.
 */
export class RecentCrashes {
  private readonly keys = new Set<string>();

  constructor(private readonly capacity: number) {}

  has(key: string): boolean {
    return this.keys.has(key);
  }

  add(key: string): void {
    this.keys.add(key);
    if (this.keys.size <= this.capacity) return;
    const [oldest] = this.keys;
    if (oldest !== undefined) this.keys.delete(oldest);
  }
}

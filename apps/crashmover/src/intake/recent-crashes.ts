/**
 * Crashes that this process has moved recently. Queues deliver at least once: a second delivery finds no
 * envelope in staging, and must not be reported as a lost crash.
 */
export class RecentCrashes {
  private readonly ids = new Set<string>();

  constructor(private readonly capacity: number) {}

  has(crashId: string): boolean {
    return this.ids.has(crashId);
  }

  add(crashId: string): void {
    this.ids.add(crashId);
    if (this.ids.size <= this.capacity) return;
    const [oldest] = this.ids;
    if (oldest !== undefined) this.ids.delete(oldest);
  }
}

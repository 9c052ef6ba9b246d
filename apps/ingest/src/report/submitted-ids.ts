/** How far the clock may have been set back while times still ascend; farther, the true time matters more. */
const maxAheadMs = 60_000;

/**
 * The reports with submitted crash ids. Those with the same id are kept one after the other, with ascending times:
 * crashmover stores the one with the latest time, which is then the last one that was acknowledged.
 */
export class SubmittedIds {
  private readonly turns = new Map<string, Promise<unknown>>();
  private latestMs = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** Runs the work when all earlier work for the id has ended, with a time that no other report has. */
  async inTurn<T>(id: string, work: (now: Date) => Promise<T>): Promise<T> {
    const before = this.turns.get(id) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(async () => await work(this.nextTime()));
    this.turns.set(id, turn);
    try {
      return await turn;
    } finally {
      if (this.turns.get(id) === turn) this.turns.delete(id);
    }
  }

  private nextTime(): Date {
    const now = this.now();
    const isSetBack = this.latestMs - now > maxAheadMs;
    this.latestMs = isSetBack ? now : Math.max(now, this.latestMs + 1);
    return new Date(this.latestMs);
  }
}

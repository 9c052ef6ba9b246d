/**
 * Memory that all uploads of a process share for one purpose. A single report stays under its own caps;
 * this keeps many large ones at once from adding up.
 */
export class ByteBudget {
  private taken = 0;

  constructor(readonly total: number) {}

  get used(): number {
    return this.taken;
  }

  /** False when the budget does not have that much left; nothing is taken then. */
  tryTake(bytes: number): boolean {
    if (this.taken + bytes > this.total) return false;
    this.taken += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.taken -= bytes;
  }
}

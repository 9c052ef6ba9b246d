/** Limits how many uploads a process reads at once; further clients get a 503. */
export class UploadSlots {
  private taken = 0;

  constructor(private readonly total: number) {}

  get used(): number {
    return this.taken;
  }

  /** Why no slot can be taken now, or undefined. */
  problem(): string | undefined {
    return this.taken < this.total ? undefined : `${this.taken} uploads are in flight`;
  }

  /** Returns a function that frees the slot, or undefined when all are taken. */
  tryTake(): (() => void) | undefined {
    if (this.taken >= this.total) return undefined;
    this.taken += 1;
    let held = true;
    return () => {
      if (held) this.taken -= 1;
      held = false;
    };
  }
}

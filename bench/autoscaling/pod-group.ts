/** The pods of a workload; a new one works only after its start. */
export class PodGroup {
  /** When each pod began, or will begin, to work; the oldest first. */
  private workingFrom: number[] = [];

  /** @param startSeconds from the decision to add a pod until it works */
  constructor(
    count: number,
    private readonly startSeconds: number,
  ) {
    this.workingFrom = Array.from({ length: count }, () => -Infinity);
  }

  get count(): number {
    return this.workingFrom.length;
  }

  /** The newest go first, as a Deployment prefers and a StatefulSet always does. */
  scaleTo(count: number, nowSeconds: number): void {
    this.workingFrom.length = Math.min(this.count, count);
    while (this.count < count) this.workingFrom.push(nowSeconds + this.startSeconds);
  }

  /** How many work at this time, or have done so for a while already. */
  working(nowSeconds: number, forSeconds = 0): number {
    let working = this.count;
    while (working > 0 && (this.workingFrom[working - 1] ?? 0) > nowSeconds - forSeconds)
      working -= 1;
    return working;
  }
}

/** One step takes about a nanosecond: all rules together spend at most half a second on a report. */
const maxSteps = 500_000_000;

/**
 * Bounds what the rules may cost for one report. Reading a text costs its length, so that a list of
 * a thousand entries, each compared with an annotation of megabytes, ends in time.
 */
export class EvaluationBudget {
  private left = maxSteps;

  /** For the next report. */
  renew(): void {
    this.left = maxSteps;
  }

  /**
   * @throws RangeError when that much is not left; what is left stays for cheaper rules
   */
  spend(steps: number): void {
    if (steps > this.left) throw new RangeError('the report holds too much text for this rule');
    this.left -= steps;
  }
}

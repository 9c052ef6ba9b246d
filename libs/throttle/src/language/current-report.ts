import { type ReportField, reportField, reportFieldNames } from '#antenna/crash-report';
import { parseJsonForRules, type RuleJson, spendOnJson } from '../annotations/json-for-rules.js';
import type { LinearPattern } from '#antenna/linear-pattern';

/** One step takes at most about a nanosecond: all rules together spend at most a tenth of a second on a report. */
const maxSteps = 100_000_000;
/** Refusals take time, too: 500 rules that are too expensive must not add up. */
const refusalSteps = 20_000;
/** To look one annotation up. */
const lookupSteps = 50;
const noAnnotations: ReadonlyMap<string, string> = new Map();

/**
 * The report that is being evaluated, and the rest of its budget. Comparing each entry of a long list with an annotation
 * of megabytes is stopped in time.
 */
export class CurrentReport {
  /** The time of the evaluation. */
  now: () => Date = () => new Date(0);
  private annotations = noAnnotations;
  private stepsLeft = maxSteps;
  private parsed: { text: string; value: RuleJson } | undefined;

  /** @param patterns the literal patterns of all expressions, by their source */
  constructor(private readonly patterns: ReadonlyMap<string, LinearPattern>) {}

  start(annotations: ReadonlyMap<string, string>, now: () => Date): void {
    this.annotations = annotations;
    this.now = now;
    this.stepsLeft = maxSteps;
  }

  /** Releases the report's data. */
  end(): void {
    this.annotations = noAnnotations;
    this.parsed = undefined;
  }

  /** @throws RangeError if fewer steps are left; cheaper rules can still use most of these */
  spend(steps: number): void {
    if (steps > this.stepsLeft) {
      this.stepsLeft = Math.max(0, this.stepsLeft - refusalSteps);
      throw new RangeError('the report is too large for this rule');
    }
    this.stepsLeft -= steps;
  }

  annotation(name: string, otherwise = ''): string {
    return this.annotations.get(name) ?? otherwise;
  }

  /** A missing field is an empty string, as a missing annotation. */
  field(field: ReportField): string {
    this.spend(reportFieldNames[field].length * lookupSteps);
    return reportField(field, (name) => this.annotations.get(name)) ?? '';
  }

  /** Keeps the last value: a rule often reads several fields of one annotation. */
  json(text: string): RuleJson {
    if (this.parsed?.text !== text) {
      spendOnJson(text, (steps) => this.spend(steps));
      this.parsed = { text, value: parseJsonForRules(text) };
    }
    return this.parsed.value;
  }

  matches(value: string, source: string): boolean {
    const pattern = this.patterns.get(source);
    this.spend(pattern?.steps(value) ?? 0);
    return pattern?.test(value) === true;
  }
}

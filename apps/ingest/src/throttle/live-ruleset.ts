import type { Logger, Metrics } from '#antenna/telemetry';
import type { EvaluationOptions, Ruleset, ThrottleDecision } from '#antenna/throttle';

import type { VerdictCounts } from './verdict-counts.js';

/** Shortest time between two log lines about the same failing rule; every failure is counted. */
const ruleErrorLogIntervalMs = 60_000;

export type RulesetSource = 'throttle-config' | 'cache' | 'file' | 'bundled';

/** The ruleset that this process uses. It is replaced as a whole, between two reports. */
export class LiveRuleset {
  private live: Ruleset | undefined;
  private liveSince = new Date();
  private endInfo: (() => void) | undefined;
  private readonly lastLogged = new Map<string, number>();
  private readonly evaluation: EvaluationOptions = {
    now: () => new Date(),
    random: Math.random,
    onRuleError: (rule, error) => this.ruleFailed(rule, error),
    onContinue: (rule) => this.counts.add(rule, 'continue'),
  };

  constructor(
    private readonly logger: Logger,
    private readonly metrics: Metrics,
    private readonly counts: VerdictCounts,
  ) {}

  get revision(): string | undefined {
    return this.live?.revision;
  }

  /** When this process began to use that revision. */
  get since(): Date {
    return this.liveSince;
  }

  replace(next: Ruleset, source: RulesetSource): void {
    const { revision } = next;
    if (revision === this.revision) return;
    this.live = next;
    this.liveSince = new Date();
    const names = new Set([...next.ruleNames, 'NO_MATCH']);
    this.metrics.allow('rule', [...names]);
    this.counts.keepOnly(names);
    this.endInfo?.();
    this.endInfo = this.metrics.observe('antenna.ruleset.info', () => 1, { revision });
    this.logger.info('ruleset in use', { source, revision, rules: next.ruleNames.length });
  }

  /** @param chance time and random numbers, if another ruleset is to decide with the same ones */
  decide(
    annotations: ReadonlyMap<string, string>,
    chance?: Pick<EvaluationOptions, 'now' | 'random'>,
  ): ThrottleDecision {
    if (!this.live) throw new Error('no ruleset is loaded yet');
    return this.live.evaluate(annotations, { ...this.evaluation, ...chance });
  }

  private ruleFailed(rule: string, error: unknown): void {
    this.metrics.increment('antenna.throttle.rule_errors', { rule });
    const now = Date.now();
    if (now - (this.lastLogged.get(rule) ?? -Infinity) < ruleErrorLogIntervalMs) return;
    this.lastLogged.set(rule, now);
    const kind = error instanceof Error ? error.name : typeof error;
    this.logger.warn(`rule ${rule} failed and did not match`, { rule, kind });
  }
}

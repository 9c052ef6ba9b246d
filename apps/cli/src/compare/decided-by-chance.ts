import type { DifferenceGroups } from './difference-groups.js';

/** What a rule did with a report. */
export type RuleVerdict = 'accept' | 'defer' | 'reject';
export type Side = 'a' | 'b';

/** Differences this many standard deviations apart come by chance once in 15,000 rules. */
const maxDeviations = 4;

interface Counts {
  readonly accept: number;
  readonly defer: number;
  readonly reject: number;
}

/**
 * A rule with a percentage decides by chance, so two collectors with the same rules decide differently about the same
 * report. Its shares must agree within the limits of chance.
 */
export class DecidedByChance {
  private readonly rules = new Map<string, { a: Counts; b: Counts; differently: number }>();

  count(rule: string, verdicts: Readonly<Record<Side, RuleVerdict>>): void {
    const { a, b, differently } = this.rules.get(rule) ?? { a: none, b: none, differently: 0 };
    this.rules.set(rule, {
      a: { ...a, [verdicts.a]: a[verdicts.a] + 1 },
      b: { ...b, [verdicts.b]: b[verdicts.b] + 1 },
      differently: differently + Number(verdicts.a !== verdicts.b),
    });
  }

  /** A sentence for each rule that decided differently about a report. */
  remarks(): string[] {
    return this.decided().map(
      ([rule, { a, b, differently }]) =>
        `rule ${rule} decided differently about ${differently} of ${total(a)} reports, by chance: a ${shown(a)}; b ${shown(b)}`,
    );
  }

  /** Adds the rules whose shares differ more than chance explains. */
  addDifferences(groups: DifferenceGroups): void {
    for (const [rule, { a, b }] of this.decided()) {
      const isFar = (['accept', 'defer', 'reject'] as const).some(
        (verdict) => deviations(a[verdict], b[verdict], total(a)) > maxDeviations,
      );
      if (isFar)
        groups.add({ kind: 'throttle_share', subject: rule, a: shown(a), b: shown(b) }, {});
    }
  }

  private decided() {
    return [...this.rules].filter(([, { differently }]) => differently > 0);
  }
}

const none: Counts = { accept: 0, defer: 0, reject: 0 };

function total({ accept, defer, reject }: Counts): number {
  return accept + defer + reject;
}

function shown({ accept, defer, reject }: Counts): string {
  return `accepts ${accept}, defers ${defer}, rejects ${reject}`;
}

/** Of the difference of two shares of the same number of reports (two-proportion z-test). */
function deviations(one: number, two: number, count: number): number {
  const share = (one + two) / (2 * count);
  const spread = Math.sqrt((2 * share * (1 - share)) / count);
  return spread === 0 ? 0 : Math.abs(one - two) / count / spread;
}

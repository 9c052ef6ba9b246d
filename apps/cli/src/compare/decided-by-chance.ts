import type { DifferenceGroups } from './difference-groups.js';

export type Side = 'a' | 'b';

/** The directions of the same decisions differ so far by chance once in 15,000. */
const maxDeviations = 4;

/** How often each side decided which way. */
interface Counts {
  readonly decisions: readonly [string, string];
  /** The first decision by a, the second by b. */
  readonly aFirst: number;
  readonly bFirst: number;
}

/**
 * A rule with a percentage decides by chance, so two collectors with the same rules decide differently about the same
 * report, but then equally often in both directions (McNemar's test).
 */
export class DecidedByChance {
  private readonly counts = new Map<string, Counts>();

  count({ a, b }: Readonly<Record<Side, string>>): void {
    const decisions: [string, string] = a < b ? [a, b] : [b, a];
    const key = decisions.join('; ');
    const { aFirst, bFirst } = this.counts.get(key) ?? { aFirst: 0, bFirst: 0 };
    const isFirst = a === decisions[0];
    this.counts.set(key, {
      decisions,
      aFirst: aFirst + Number(isFirst),
      bFirst: bFirst + Number(!isFirst),
    });
  }

  remarks(): string[] {
    return [...this.counts.values()].map((counts) => `decided by chance: ${shown(counts)}`);
  }

  /** Adds the decisions whose directions differ more than chance explains. */
  addDifferences(groups: DifferenceGroups): void {
    for (const counts of this.counts.values()) {
      const { decisions, aFirst, bFirst } = counts;
      if (Math.abs(aFirst - bFirst) > maxDeviations * Math.sqrt(aFirst + bFirst))
        groups.add({ kind: 'throttle_share', subject: decisions.join('; '), a: shown(counts) }, {});
    }
  }
}

function shown({ decisions: [first, second], aFirst, bFirst }: Counts): string {
  return `${aFirst} × a ${first}, b ${second}; ${bFirst} × the other way round`;
}

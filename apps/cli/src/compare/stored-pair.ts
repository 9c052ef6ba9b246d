import type { StoredCrash } from '#antenna/stored-crashes';
import { printable } from '../terminal-safe.js';
import { isDeferred } from './chance-probe.js';
import { addThrottling, type KeptAnswers, rejectedBy } from './compare-answers.js';
import { crashDifferences, metadataOf } from './crash-differences.js';
import type { DecidedByChance, Side } from './decided-by-chance.js';
import type { Difference, Occurrence } from './difference.js';
import type { DifferenceGroups } from './difference-groups.js';
import { findCrash, type Stores } from './find-crash.js';

/** A collector may write the objects of a crash one after the other: what differs is read again after this time. */
const settleMs = 2000;

/** A report that at least one collector keeps, until it is stored. */
export class StoredPair {
  private differedAt: number | undefined;

  constructor(
    private readonly answers: KeptAnswers,
    private readonly reportKind: string,
    private readonly occurrence: Occurrence,
    private readonly byChance: boolean,
  ) {}

  /**
   * Compares the crashes when they are stored.
   * @param when `last`: there is no later call, so what is missing is a difference
   * @returns the number of stored crashes, 2 when both were compared; undefined when it is too early to tell
   */
  async compare(
    stores: Stores,
    when: 'stored' | 'last',
    sinks: { readonly groups: DifferenceGroups; readonly chance: DecidedByChance },
  ): Promise<number | undefined> {
    const [{ crash: a, damage: damageA }, { crash: b, damage: damageB }] = await Promise.all([
      this.find('a', stores),
      this.find('b', stores),
    ]);
    const damages = [damageA, damageB].filter((damage) => damage !== undefined);
    const missing = damages.length > 0 ? [] : this.missing({ a, b });
    if (missing.length > 0 && when === 'stored') return undefined;
    const differences = [
      ...damages,
      ...this.missingDifferences(missing),
      ...(a && b ? await crashDifferences(a, b) : []),
    ];
    if (differences.length > 0 && when === 'stored') {
      this.differedAt ??= performance.now();
      if (performance.now() - this.differedAt < settleMs) return undefined;
    }
    const [decisionA, decisionB] = [this.decision('a', a), this.decision('b', b)];
    // Of two that keep the report alike, the name of the rule is a value of the raw crash.
    if (decisionA !== undefined && decisionB !== undefined && this.isDecidedDifferently())
      addThrottling(decisionA, decisionB, this.occurrence, { ...sinks, byChance: this.byChance });
    for (const difference of differences) sinks.groups.add(difference, this.occurrence);
    return Number(a !== undefined) + Number(b !== undefined);
  }

  private async find(side: Side, stores: Stores): ReturnType<typeof findCrash> {
    const answer = this.answers[side];
    return answer.type === 'kept' ? await findCrash(stores, side, answer.crashId) : {};
  }

  private missing(found: Readonly<Record<Side, StoredCrash | undefined>>): Side[] {
    return (['a', 'b'] as const).filter(
      (side) => this.answers[side].type === 'kept' && found[side] === undefined,
    );
  }

  private missingDifferences(missing: readonly Side[]): Difference[] {
    if (missing.length === 2) return [{ kind: 'stored_by_neither', subject: this.reportKind }];
    return missing.map((subject) => ({ kind: 'not_stored', subject }));
  }

  private isDecidedDifferently(): boolean {
    const { a, b } = this.answers;
    return a.type !== b.type || isDeferredAnswer(a) !== isDeferredAnswer(b);
  }

  /** The rule and what it did; undefined when the stored crash does not name it. */
  private decision(side: Side, crash: StoredCrash | undefined): string | undefined {
    const answer = this.answers[side];
    if (answer.type === 'rejected') return rejectedBy(answer);
    const rule = crash && metadataOf(crash.rawCrash, 'throttle_rule');
    if (crash === undefined) return undefined;
    const name = typeof rule === 'string' ? printable(rule) : 'an unknown rule';
    return `${name} ${isDeferred(answer.crashId) ? 'defers' : 'accepts'}`;
  }
}

function isDeferredAnswer(answer: KeptAnswers[Side]): boolean {
  return answer.type === 'kept' && isDeferred(answer.crashId);
}

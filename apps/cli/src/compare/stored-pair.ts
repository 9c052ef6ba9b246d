import type { StoredCrash } from '#antenna/stored-crashes';
import type { KeptAnswers } from './compare-answers.js';
import { crashDifferences, metadataOf } from './crash-differences.js';
import type { DecidedByChance, RuleVerdict, Side } from './decided-by-chance.js';
import type { Difference, Occurrence } from './difference.js';
import type { DifferenceGroups } from './difference-groups.js';
import { findCrash, type Stores } from './find-crash.js';

/** A collector may write the objects of a crash one after the other: what differs is read again after this time. */
const settleMs = 2000;

/** Undefined: not stored, or not expected to be. */
type Found = Readonly<Record<Side, StoredCrash | undefined>>;

/** A report that at least one collector keeps, until it is stored. */
export class StoredPair {
  private differedAt: number | undefined;

  constructor(
    private readonly answers: KeptAnswers,
    private readonly occurrence: Occurrence,
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
    const found: Found = { a, b };
    const damages = [damageA, damageB].filter((damage) => damage !== undefined);
    const missing = damages.length > 0 ? [] : this.missing(found);
    if (missing.length > 0 && when === 'stored') return undefined;
    const differences = [
      ...damages,
      ...missingDifferences(missing),
      ...(a && b ? await crashDifferences(a, b) : []),
    ];
    if (differences.length > 0 && when === 'stored') {
      this.differedAt ??= performance.now();
      if (performance.now() - this.differedAt < settleMs) return undefined;
    }
    const throttling = this.throttling(found, sinks.chance);
    for (const difference of throttling ? [throttling, ...differences] : differences)
      sinks.groups.add(difference, this.occurrence);
    return Number(a !== undefined) + Number(b !== undefined);
  }

  private async find(side: Side, stores: Stores): ReturnType<typeof findCrash> {
    const answer = this.answers[side];
    return answer.type === 'kept' ? await findCrash(stores, side, answer.crashId) : {};
  }

  private missing(found: Found): Side[] {
    return (['a', 'b'] as const).filter(
      (side) => this.answers[side].type === 'kept' && found[side] === undefined,
    );
  }

  /** Counts the decision of a rule; a difference when different rules decided differently. */
  private throttling(found: Found, chance: DecidedByChance): Difference | undefined {
    const [a, b] = [this.decision('a', found), this.decision('b', found)];
    if (a === undefined || b === undefined) return undefined;
    if (a.rule === b.rule) {
      chance.count(a.rule, { a: a.verdict, b: b.verdict });
      return undefined;
    }
    const subject = `${a.rule} ${a.verdict}s; ${b.rule} ${b.verdict}s`;
    return a.verdict === b.verdict ? undefined : { kind: 'throttling', subject };
  }

  private decision(side: Side, found: Found): { rule: string; verdict: RuleVerdict } | undefined {
    const answer = this.answers[side];
    if (answer.type === 'rejected') return { rule: answer.rule, verdict: 'reject' };
    const crash = found[side];
    const rule = crash && metadataOf(crash.rawCrash, 'throttle_rule');
    if (typeof rule !== 'string') return undefined;
    // docs/submission.md, "Crash id"; the predecessor's ids are the same.
    return { rule, verdict: answer.crashId.at(-7) === '1' ? 'defer' : 'accept' };
  }
}

function missingDifferences(missing: readonly Side[]): Difference[] {
  if (missing.length === 2) return [{ kind: 'stored_by_neither', subject: 'a and b' }];
  return missing.map((subject) => ({ kind: 'not_stored', subject }));
}

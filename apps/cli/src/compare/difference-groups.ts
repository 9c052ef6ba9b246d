import type { Difference, DifferenceKind, Occurrence } from './difference.js';

/** Enough for every key of every client; the rest is counted together, so that memory is bounded. */
const maxGroups = 5000;
const otherSubjects = '(further subjects)';

export interface Example extends Occurrence {
  readonly a?: string;
  readonly b?: string;
}

/** Differences of one kind and subject. */
export interface DifferenceGroup {
  readonly kind: DifferenceKind;
  readonly subject: string;
  readonly count: number;
  readonly examples: readonly Example[];
}

/** Counts differences by kind and subject, and keeps a few examples of each. */
export class DifferenceGroups {
  private readonly groups = new Map<
    string,
    { kind: DifferenceKind; subject: string; count: number; examples: Example[] }
  >();

  constructor(private readonly maxExamples: number) {}

  add(difference: Difference, occurrence: Occurrence): void {
    const { kind, a, b } = difference;
    const isKept = this.groups.size < maxGroups || this.groups.has(keyOf(difference));
    const subject = isKept ? difference.subject : otherSubjects;
    const key = keyOf({ kind, subject });
    const group = this.groups.get(key) ?? { kind, subject, count: 0, examples: [] };
    this.groups.set(key, group);
    group.count += 1;
    if (group.examples.length < this.maxExamples) {
      group.examples.push({
        ...occurrence,
        ...(a !== undefined && { a }),
        ...(b !== undefined && { b }),
      });
    }
  }

  /** The most frequent first. */
  list(): DifferenceGroup[] {
    return [...this.groups.values()].toSorted(
      (one, two) => two.count - one.count || keyOf(one).localeCompare(keyOf(two)),
    );
  }
}

function keyOf({ kind, subject }: Pick<Difference, 'kind' | 'subject'>): string {
  return `${kind} ${subject}`;
}

/** Some of the crashes of a group. */
interface Crashes {
  count: number;
  /** Crash ids, at most three. */
  readonly examples: string[];
}

/** A signature, and the signatures that its crashes have with the other lists. */
export interface Regrouped {
  readonly signature: string;
  readonly count: number;
  readonly parts: readonly ({ readonly signature: string } & Crashes)[];
}

export interface RegroupingResult {
  readonly crashes: number;
  /** Crashes whose signature stays. */
  readonly kept: number;
  /** Crashes that were left out because there were too many signatures. */
  readonly leftOut: number;
  /** Signatures of the base whose crashes get several. */
  readonly splits: readonly Regrouped[];
  /** New signatures whose crashes had several. */
  readonly merges: readonly Regrouped[];
  /** Signatures of the base all of whose crashes get one other, which no others get. */
  readonly changes: readonly Regrouped[];
}

const maxExamples = 3;

type Groups = ReadonlyMap<string, ReadonlyMap<string, Crashes>>;

/** Counts the pairs of signatures that crashes have with two lists. Takes about 1 KiB for each pair. */
export class Regrouping {
  private readonly bySignature = new Map<string, Map<string, Crashes>>();
  private pairs = 0;
  private crashes = 0;
  private leftOut = 0;

  /** @param maxPairs bounds the memory; crashes with further pairs are counted as left out */
  constructor(private readonly maxPairs = 100_000) {}

  add(crashId: string, before: string, after: string): void {
    this.crashes += 1;
    const known = this.bySignature.get(before)?.get(after);
    if (known) {
      known.count += 1;
      if (known.examples.length < maxExamples) known.examples.push(crashId);
    } else if (this.pairs < this.maxPairs) {
      this.pairs += 1;
      setIn(this.bySignature, before, after, { count: 1, examples: [crashId] });
    } else {
      this.leftOut += 1;
    }
  }

  result(): RegroupingResult {
    const { crashes, leftOut, bySignature: before } = this;
    const after = new Map<string, Map<string, Crashes>>();
    let kept = 0;
    for (const [signature, parts] of before) {
      for (const [other, found] of parts) {
        setIn(after, other, signature, found);
        if (other === signature) kept += found.count;
      }
    }
    const splits = grouped(before, (parts) => parts.size > 1);
    const merges = grouped(after, (parts) => parts.size > 1);
    const changes = grouped(before, (parts, signature) => {
      const [other = signature] = parts.keys();
      return parts.size === 1 && other !== signature && after.get(other)?.size === 1;
    });
    return { crashes, kept, leftOut, splits, merges, changes };
  }
}

function setIn(
  groups: Map<string, Map<string, Crashes>>,
  signature: string,
  other: string,
  found: Crashes,
): void {
  const parts = groups.get(signature) ?? new Map<string, Crashes>();
  parts.set(other, found);
  groups.set(signature, parts);
}

/** The groups that the condition chooses, the largest first. */
function grouped(
  groups: Groups,
  isChosen: (parts: ReadonlyMap<string, Crashes>, signature: string) => boolean,
): Regrouped[] {
  return [...groups]
    .filter(([signature, parts]) => isChosen(parts, signature))
    .map(([signature, parts]) => ({
      signature,
      count: [...parts.values()].reduce((sum, { count }) => sum + count, 0),
      parts: largestFirst(
        [...parts].map(([other, found]) => ({
          signature: other,
          count: found.count,
          examples: found.examples,
        })),
      ),
    }))
    .toSorted(byCount);
}

function largestFirst<T extends { signature: string; count: number }>(items: readonly T[]): T[] {
  return items.toSorted(byCount);
}

function byCount(
  left: { signature: string; count: number },
  right: { signature: string; count: number },
): number {
  return right.count - left.count || (left.signature < right.signature ? -1 : 1);
}

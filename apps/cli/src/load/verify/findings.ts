/** What can be wrong with the reports of a run. */
const findingKinds = {
  lost: 'acknowledged but not stored',
  damaged: 'stored differently from what was sent',
  sameId: 'acknowledged with the crash id of another report',
  unwanted: 'stored although the answer refused or discarded them',
  unpublished: 'accepted but not published, or taken by another reader of the queue',
  publishedTwice: 'published more than once',
} as const;

export type FindingKind = keyof typeof findingKinds;

export interface Finding {
  readonly kind: FindingKind;
  readonly count: number;
  readonly examples: readonly string[];
}

interface CountedFinding extends Finding {
  count: number;
  readonly examples: string[];
}

const maxExamples = 10;

/** Counts findings and keeps the first examples of each kind. */
export class Findings {
  private readonly found = new Map<FindingKind, CountedFinding>();

  add(kind: FindingKind, crashId: string, detail = ''): void {
    const finding = this.found.get(kind) ?? { kind, count: 0, examples: [] };
    this.found.set(kind, finding);
    finding.count += 1;
    if (finding.examples.length < maxExamples)
      finding.examples.push(detail === '' ? crashId : `${crashId}: ${detail}`);
  }

  get all(): Finding[] {
    return [...this.found.values()];
  }
}

/** One line for each kind: `3 reports lost: acknowledged but not stored: <id>, …`. */
export function findingText({ kind, count, examples }: Finding): string {
  const more = count > examples.length ? ', …' : '';
  return `${kind}: ${count} ${findingKinds[kind]}: ${examples.join(', ')}${more}`;
}

import { createHash } from 'node:crypto';

import { LinearPatternSet } from '#antenna/linear-pattern';

/** The lists of patterns, in the order of the documentation. */
export const patternLists = [
  'irrelevant',
  'prefixes',
  'withLineNumber',
  'withoutOffset',
  'outOfMemory',
  'watchdogs',
] as const;

export type PatternList = (typeof patternLists)[number];

/** The content of valid lists. Format: docs/signatures.md. */
export type SignatureListsDocument = {
  readonly [List in PatternList | 'sentinels']: readonly string[];
};

/** Valid lists, compiled. Made by `parseSignatureLists`. */
export class SignatureLists {
  /** Changes with the content. */
  readonly revision: string;
  private readonly sentinels: ReadonlySet<string>;
  private readonly patterns: { readonly [List in PatternList]: LinearPatternSet };

  constructor(document: SignatureListsDocument) {
    this.sentinels = new Set(document.sentinels);
    const setOf = (list: PatternList): LinearPatternSet => new LinearPatternSet(document[list]);
    this.patterns = {
      irrelevant: setOf('irrelevant'),
      prefixes: setOf('prefixes'),
      withLineNumber: setOf('withLineNumber'),
      withoutOffset: setOf('withoutOffset'),
      outOfMemory: setOf('outOfMemory'),
      watchdogs: setOf('watchdogs'),
    };
    const content = JSON.stringify([
      document.sentinels,
      ...patternLists.map((list) => document[list]),
    ]);
    this.revision = createHash('sha256').update(content).digest('hex').slice(0, 16);
  }

  isSentinel(text: string): boolean {
    return this.sentinels.has(text);
  }

  /** The first pattern of a list that matches the start of the text. */
  match(list: PatternList, text: string): string | undefined {
    return this.patterns[list].match(text);
  }
}

/** What a throttle rule decides: save and publish, save only, refuse, or answer as if saved. */
export type Verdict = 'accept' | 'defer' | 'reject' | 'fakeaccept';

/** One side of a sample; `continue` goes on to the next rule. */
export type SampleOutcome = Verdict | 'continue';

/** Divides the reports that a rule matches: `percent` of them get `within`, the others `beyond`. */
export interface Sample {
  /** 0 to 100, decimals allowed. */
  readonly percent: number;
  /** CEL expression of type string. Equal texts draw equally; an empty text draws at random. */
  readonly by?: string;
  readonly within: SampleOutcome;
  readonly beyond: SampleOutcome;
}

interface RuleBase {
  readonly name: string;
  readonly description?: string;
  /** CEL expression of type bool. */
  readonly match: string;
}

/** A rule decides by itself or by a sample, never both. */
export type ThrottleRule =
  | (RuleBase & { readonly result: Verdict })
  | (RuleBase & { readonly sample: Sample });

/** A named list of texts, or texts grouped by a name (package names by product). */
export type RuleList = readonly string[] | { readonly [group: string]: readonly string[] };

/** A valid ruleset, as `parseRuleset` gives it. Format: docs/throttling.md. */
export interface RulesetDocument {
  readonly apiVersion: 'antenna/v1';
  readonly kind: 'ThrottleRuleset';
  readonly lists: { readonly [name: string]: RuleList };
  readonly rules: readonly ThrottleRule[];
}

export const verdicts: readonly Verdict[] = ['accept', 'defer', 'reject', 'fakeaccept'];
export const sampleOutcomes: readonly SampleOutcome[] = [...verdicts, 'continue'];

/** Caps on a ruleset. They bound what one evaluation can cost, whoever wrote the rules. */
export const rulesetLimits = {
  documentBytes: 256 * 1024,
  /** Quotes and escapes make canonical JSON longer than its YAML: two bytes (`\0`) may become six. */
  canonicalBytes: 1024 * 1024,
  rules: 500,
  nameCharacters: 100,
  descriptionCharacters: 1000,
  expressionBytes: 4096,
  lists: 100,
  /** Texts in one list, all its groups together. */
  listItems: 1000,
  listItemCharacters: 200,
} as const;

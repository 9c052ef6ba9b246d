/** What a throttle rule decides: save and publish, save only, refuse, or answer as if saved. */
export type Verdict = 'accept' | 'defer' | 'reject' | 'fakeaccept';

/** One side of a sample; `continue` goes on to the next rule. */
export type SampleOutcome = Verdict | 'continue';

/** Splits the reports that a rule matches: `percent` of them get `within`, the others `beyond`. */
export interface Sample {
  /** 0 to 100, decimals allowed. */
  readonly percent: number;
  /** CEL expression of type string. Equal strings draw equally; an empty string draws at random. */
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

/** A rule has either a result or a sample. */
export type ThrottleRule =
  | (RuleBase & {
      readonly result: Verdict;
      /** Of a rule that rejects: clients must send no more reports of the version. */
      readonly stopSending?: true;
    })
  | (RuleBase & { readonly sample: Sample });

/** A named list of strings, or strings grouped by a name (package names by product). */
export type RuleList = readonly string[] | { readonly [group: string]: readonly string[] };

/** The content of a valid ruleset. Format: docs/throttling.md. */
export interface RulesetDocument {
  readonly apiVersion: 'antenna/v1';
  readonly kind: 'ThrottleRuleset';
  readonly lists: { readonly [name: string]: RuleList };
  readonly rules: readonly ThrottleRule[];
}

export const verdicts: readonly Verdict[] = ['accept', 'defer', 'reject', 'fakeaccept'];
export const sampleOutcomes: readonly SampleOutcome[] = [...verdicts, 'continue'];

/** Limits of a ruleset, which bound the cost of an evaluation. */
export const rulesetLimits = {
  documentBytes: 256 * 1024,
  /** Quotes and escapes make canonical JSON longer than its YAML: two bytes (`\0`) may become six. */
  canonicalBytes: 1024 * 1024,
  rules: 500,
  nameCharacters: 100,
  descriptionCharacters: 1000,
  expressionBytes: 4096,
  lists: 100,
  /** Strings in one list, in all its groups together. */
  listItems: 1000,
  listItemCharacters: 200,
} as const;

import type { ParsedRuleset, Ruleset, RulesetDocument, RulesetProblem } from '#antenna/throttle';

/** Where the live ruleset comes from: its source, the cache of an earlier ruleset, or the bundled ruleset. */
type RulesetOrigin = 'source' | 'cache' | 'bundled';

/** A valid ruleset, in the forms that are served and evaluated. */
export interface AcceptedRuleset {
  readonly origin: RulesetOrigin;
  readonly acceptedAt: Date;
  readonly revision: string;
  /** Canonical JSON. */
  readonly json: string;
  /** As its author wrote it; undefined if only the canonical JSON was kept. */
  readonly yaml: string | undefined;
  readonly document: RulesetDocument;
  readonly ruleset: Ruleset;
  /** Warnings for the author. */
  readonly warnings: readonly RulesetProblem[];
}

/** Accepts the result of `parseRuleset`; undefined if it has errors. */
export function acceptRuleset(
  { ruleset, warnings }: ParsedRuleset,
  { origin, acceptedAt, yaml }: Pick<AcceptedRuleset, 'origin' | 'acceptedAt' | 'yaml'>,
): AcceptedRuleset | undefined {
  if (!ruleset) return undefined;
  const { revision, canonicalJson: json, document } = ruleset;
  return { origin, acceptedAt, revision, json, yaml, document, ruleset, warnings };
}

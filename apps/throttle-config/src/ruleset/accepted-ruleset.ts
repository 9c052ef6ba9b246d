import {
  canonicalRuleset,
  type CompiledRuleset,
  compileRuleset,
  type ParsedRuleset,
  type RulesetDocument,
  type RulesetProblem,
} from '#antenna/throttle';

/** Where the live ruleset comes from: its source, the cache of an earlier one, or the program itself. */
export type RulesetOrigin = 'source' | 'cache' | 'bundled';

/** A valid ruleset, in the forms that are served and evaluated. */
export interface AcceptedRuleset {
  readonly origin: RulesetOrigin;
  readonly acceptedAt: Date;
  readonly revision: string;
  /** Canonical JSON. */
  readonly json: string;
  readonly document: RulesetDocument;
  readonly compiled: CompiledRuleset;
  /** Warnings for the author. */
  readonly warnings: readonly RulesetProblem[];
}

/** Accepts the result of `parseRuleset`; undefined if it has errors. */
export function acceptRuleset(
  { ruleset, warnings }: ParsedRuleset,
  { origin, acceptedAt }: Pick<AcceptedRuleset, 'origin' | 'acceptedAt'>,
): AcceptedRuleset | undefined {
  if (!ruleset) return undefined;
  const compiled = compileForDryRun(ruleset);
  const json = canonicalRuleset(ruleset);
  const { revision } = compiled;
  return { origin, acceptedAt, revision, json, document: ruleset, compiled, warnings };
}

/** Compiles for dry runs: throttle-config never decides on real reports. */
export function compileForDryRun(document: RulesetDocument): CompiledRuleset {
  return compileRuleset(document, { now: () => new Date(), random: Math.random });
}

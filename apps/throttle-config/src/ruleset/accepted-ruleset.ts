import {
  canonicalRuleset,
  type CompiledRuleset,
  compileRuleset,
  type ParsedRuleset,
  type RulesetDocument,
  type RulesetProblem,
} from '#antenna/throttle';

/** Where the live ruleset comes from: its author, this service's cache of an earlier one, or the program itself. */
export type RulesetOrigin = 'source' | 'cache' | 'bundled';

/** A valid ruleset in the forms in which it is handed out and tried. */
export interface AcceptedRuleset {
  readonly origin: RulesetOrigin;
  readonly acceptedAt: Date;
  readonly revision: string;
  /** Canonical JSON. */
  readonly json: string;
  readonly document: RulesetDocument;
  readonly compiled: CompiledRuleset;
  /** What its author should look at. */
  readonly warnings: readonly RulesetProblem[];
}

/** The accepted form of what `parseRuleset` gave; undefined when it has errors. */
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

/** Compiled for dry runs: throttle-config decides about no report. */
export function compileForDryRun(document: RulesetDocument): CompiledRuleset {
  return compileRuleset(document, { now: () => new Date(), random: Math.random });
}

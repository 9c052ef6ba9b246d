/**
 * The thread in which documents are validated and evaluated: YAML of the largest size, made to be slow, takes seconds, and
 * the service must answer its probes and long polls meanwhile. Imports no other file of the service, so that Node runs
 * it from the sources, too.
 */
import { parentPort } from 'node:worker_threads';

import {
  parseCanonicalRuleset,
  parseRuleset,
  type RuleExplanation,
  type Ruleset,
  type RulesetExplanation,
  type RulesetProblem,
  type ThrottleRule,
} from '#antenna/throttle';

/** Which rules: a document, or the live ones as canonical JSON. */
export type RulesetSource = { readonly yaml: string } | { readonly canonicalJson: string };

export interface DryRunTask {
  readonly id: number;
  readonly rules: RulesetSource;
  /** As rules see them; absent to validate only. */
  readonly annotations?: ReadonlyMap<string, string>;
}

export interface DryRunResult {
  readonly id: number;
  /** Absent if the document is not valid. */
  readonly revision?: string;
  /** Of a document that was only validated. */
  readonly canonicalJson?: string;
  /** At most a thousand. */
  readonly errors: readonly RulesetProblem[];
  readonly warnings: readonly RulesetProblem[];
  readonly explanation?: Omit<RulesetExplanation, 'rules'> & {
    readonly rules: readonly (RuleExplanation & { readonly why: string })[];
  };
}

const maxProblems = 1000;

parentPort?.on('message', (task: DryRunTask) => parentPort?.postMessage(run(task)));

function run({ id, rules, annotations }: DryRunTask): DryRunResult {
  const parsed =
    'yaml' in rules ? parseRuleset(rules.yaml) : parseCanonicalRuleset(rules.canonicalJson);
  const errors = parsed.errors.slice(0, maxProblems);
  const warnings = parsed.warnings.slice(0, maxProblems);
  if (!parsed.ruleset) return { id, errors, warnings };
  const { revision, canonicalJson } = parsed.ruleset;
  if (annotations === undefined) return { id, revision, canonicalJson, errors, warnings };
  return { id, revision, errors, warnings, explanation: explain(parsed.ruleset, annotations) };
}

function explain(
  ruleset: Ruleset,
  annotations: ReadonlyMap<string, string>,
): NonNullable<DryRunResult['explanation']> {
  const { rules, ...decision } = ruleset.explain(annotations, {
    now: () => new Date(),
    random: Math.random,
  });
  const explained = ruleset.document.rules.flatMap((evaluated, index) => {
    const explanation = rules[index];
    return explanation ? [{ ...explanation, why: explainRule(evaluated, explanation) }] : [];
  });
  return { ...decision, rules: explained };
}

/** Explains to the author why the rule matched or not, and which outcome it had. */
function explainRule(
  rule: ThrottleRule,
  { matched, error, outcome, sample, clauses }: RuleExplanation,
): string {
  if (error !== undefined) return `Its condition failed, which counts as no match: ${error}.`;
  if (!matched) {
    const failing = clauses.find(({ holds }) => holds !== true);
    return `Does not match: ${failing?.text ?? rule.match} does not hold.`;
  }
  if (sample === undefined) {
    const stop = 'result' in rule && rule.stopSending === true;
    return `Matches: the result is ${outcome}${stop ? ', and clients are told to send no more of this version' : ''}.`;
  }
  const side = sample.draw < sample.percent ? 'within' : 'beyond';
  const draw = sample.draw.toFixed(2);
  return `Matches: the random number ${draw} is ${side} its ${sample.percent} percent: ${outcome}.`;
}

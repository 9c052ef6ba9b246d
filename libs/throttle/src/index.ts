export type {
  RuleList,
  RulesetDocument,
  Sample,
  SampleOutcome,
  ThrottleRule,
  Verdict,
} from './ruleset-document.js';
export { rulesetLimits } from './ruleset-document.js';
export { describeProblem, InvalidRulesetError, type RulesetProblem } from './ruleset-problem.js';
export { annotationsForRules } from './annotations-for-rules.js';
export { type ParsedRuleset, parseCanonicalRuleset, parseRuleset } from './parse-ruleset.js';
export {
  type CompiledRuleset,
  type CompileOptions,
  compileRuleset,
  type ThrottleDecision,
} from './compile-ruleset.js';
export type { ClauseExplanation, RuleExplanation, RulesetExplanation } from './explain-ruleset.js';
export { canonicalRuleset, rulesetRevision } from './canonical-ruleset.js';
export { type RuleFunction, ruleFunctions, ruleMethods } from './rule-functions.js';
export { mozillaRuleset } from './mozilla-ruleset.js';
export { acceptAllRuleset } from './accept-all-ruleset.js';

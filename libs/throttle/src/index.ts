export type {
  RuleList,
  RulesetDocument,
  Sample,
  SampleOutcome,
  ThrottleRule,
  Verdict,
} from './document/ruleset-document.js';
export { rulesetLimits } from './document/ruleset-document.js';
export {
  describeProblem,
  InvalidRulesetError,
  type RulesetProblem,
} from './document/ruleset-problem.js';
export { annotationsForRules } from './annotations/annotations-for-rules.js';
export {
  type ParsedRuleset,
  parseCanonicalRuleset,
  parseRuleset,
} from './ruleset/parse-ruleset.js';
export {
  type CompiledRuleset,
  type CompileOptions,
  compileRuleset,
  type ThrottleDecision,
} from './ruleset/compile-ruleset.js';
export type {
  ClauseExplanation,
  RuleExplanation,
  RulesetExplanation,
} from './ruleset/explain-ruleset.js';
export { canonicalRuleset, rulesetRevision } from './ruleset/canonical-ruleset.js';
export { type RuleFunction, ruleFunctions, ruleMethods } from './language/rule-functions.js';
export { mozillaRuleset } from './bundled/mozilla-ruleset.js';
export { acceptAllRuleset } from './bundled/accept-all-ruleset.js';

export type {
  RuleList,
  RulesetDocument,
  SampleOutcome,
  ThrottleRule,
  Verdict,
} from './document/ruleset-document.js';
export { rulesetLimits, sampleOutcomes, verdicts } from './document/ruleset-document.js';
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
export { type EvaluationOptions, type Ruleset, type ThrottleDecision } from './ruleset/ruleset.js';
export type { RuleExplanation, RulesetExplanation } from './ruleset/explain-ruleset.js';
export { ruleFunctions } from './language/rule-functions.js';
export type {
  EvaluationCost,
  ShadowCounts,
  ShadowEnd,
  ShadowNotice,
  ShadowReport,
  VerdictChanges,
} from './shadow-report.js';
export { isShadowNotice, shadowEnds, shadowLimits } from './shadow-report.js';
export { conditionInWords } from './words/condition-in-words.js';
export { outcomeInWords } from './words/outcome-in-words.js';
export type { Words } from './words/words.js';

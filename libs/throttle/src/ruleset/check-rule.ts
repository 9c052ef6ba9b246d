import {
  asFields,
  checkKeys,
  describe,
  type Fields,
  shorten,
  textField,
  wordField,
} from '../document/check-fields.js';
import { ExpressionError } from '../language/expression-error.js';
import type { CompiledExpression, RuleLanguage } from '../language/rule-language.js';
import {
  rulesetLimits,
  type Sample,
  sampleOutcomes,
  type ThrottleRule,
  verdicts,
} from '../document/ruleset-document.js';
import type { DocumentPath, Findings } from '../document/ruleset-problem.js';

/** A rule without errors, with its expressions. */
export interface CheckedRule {
  readonly rule: ThrottleRule;
  readonly match: CompiledExpression;
  readonly by?: CompiledExpression;
}

const keys = {
  required: ['name', 'match'],
  optional: ['description', 'result', 'sample'],
};
const sampleKeys = { required: ['percent', 'within', 'beyond'], optional: ['by'] };

/** Checks one rule; undefined when it has an error. */
export function checkRule(
  value: unknown,
  path: DocumentPath,
  language: RuleLanguage,
  findings: Findings,
): CheckedRule | undefined {
  const before = findings.errors.length;
  const fields = asFields(value, path, 'a rule', findings);
  if (fields === undefined) return undefined;
  checkKeys(fields, path, keys, findings);
  const name = ruleName(fields, path, findings);
  const description = ruleDescription(fields, path, findings);
  const text = textField(fields, 'match', path, findings);
  const match = compile(text, 'bool', [...path, 'match'], language, findings);
  const outcome = ruleOutcome(fields, path, language, findings);
  const complete = name !== undefined && text !== undefined && match !== undefined;
  if (findings.errors.length > before || !complete || outcome === undefined) return undefined;
  const base = { name, match: text, ...(description === undefined ? {} : { description }) };
  if ('result' in outcome) return { rule: { ...base, result: outcome.result }, match };
  const rule = { ...base, sample: outcome.sample };
  return outcome.by === undefined ? { rule, match } : { rule, match, by: outcome.by };
}

function ruleName(fields: Fields, path: DocumentPath, findings: Findings): string | undefined {
  const name = textField(fields, 'name', path, findings);
  const tooLong = name !== undefined && name.length > rulesetLimits.nameCharacters;
  if (name !== undefined && (tooLong || !/^[A-Za-z0-9_]+$/.test(name))) {
    findings.error([...path, 'name'], `${shorten(name)} cannot be the name of a rule`, {
      hint: `use letters, digits and _, at most ${rulesetLimits.nameCharacters}`,
    });
  }
  return name;
}

function ruleDescription(fields: Fields, path: DocumentPath, findings: Findings) {
  const description = textField(fields, 'description', path, findings);
  if ((description?.length ?? 0) > rulesetLimits.descriptionCharacters) {
    findings.error(
      [...path, 'description'],
      `a description has at most ${rulesetLimits.descriptionCharacters} characters`,
      { hint: 'shorten it, or write the rest as a comment: # …' },
    );
  }
  return description;
}

type Outcome =
  | { result: (typeof verdicts)[number] }
  | { sample: Sample; by: CompiledExpression | undefined };

function ruleOutcome(
  fields: Fields,
  path: DocumentPath,
  language: RuleLanguage,
  findings: Findings,
): Outcome | undefined {
  const hasResult = Object.hasOwn(fields, 'result');
  const hasSample = Object.hasOwn(fields, 'sample');
  if (hasResult === hasSample) {
    findings.error(
      path,
      hasResult ? 'a rule has a result or a sample, not both' : 'a rule needs a result or a sample',
      { hint: 'result: accept, or sample: { percent: 10, within: accept, beyond: reject }' },
    );
    return undefined;
  }
  if (hasSample) return checkSample(fields['sample'], [...path, 'sample'], language, findings);
  if (fields['result'] === 'continue') {
    findings.error([...path, 'result'], 'continue stands only inside a sample', {
      hint: 'a rule that always continues does nothing: remove it',
    });
    return undefined;
  }
  const result = wordField(fields, 'result', verdicts, path, findings);
  return result && { result };
}

function checkSample(
  value: unknown,
  path: DocumentPath,
  language: RuleLanguage,
  findings: Findings,
): Outcome | undefined {
  const fields = asFields(value, path, 'a sample', findings);
  if (fields === undefined) return undefined;
  checkKeys(fields, path, sampleKeys, findings);
  const percent = samplePercent(fields, path, findings);
  const text = textField(fields, 'by', path, findings);
  const by = compile(text, 'string', [...path, 'by'], language, findings);
  const within = wordField(fields, 'within', sampleOutcomes, path, findings);
  const beyond = wordField(fields, 'beyond', sampleOutcomes, path, findings);
  if (percent === undefined || within === undefined || beyond === undefined) return undefined;
  const sample = { percent, within, beyond };
  return { sample: text === undefined ? sample : { ...sample, by: text }, by };
}

function samplePercent(fields: Fields, path: DocumentPath, findings: Findings): number | undefined {
  const percent = fields['percent'];
  if (typeof percent === 'number' && percent >= 0 && percent <= 100) return percent;
  if (Object.hasOwn(fields, 'percent')) {
    findings.error(
      [...path, 'percent'],
      `percent must be a number from 0 to 100, but is ${describe(percent)}`,
      {
        hint: 'write a number without quotes and without %, 12.5 for example',
      },
    );
  }
  return undefined;
}

function compile(
  text: string | undefined,
  type: 'bool' | 'string',
  path: DocumentPath,
  language: RuleLanguage,
  findings: Findings,
): CompiledExpression | undefined {
  if (text === undefined) return undefined;
  try {
    return language.compile(text, type);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { message, offset, hint } = error;
    findings.error(path, message, { offset, hint });
    return undefined;
  }
}

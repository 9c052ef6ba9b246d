import {
  asFields,
  checkKeys,
  describe,
  type DocumentPath,
  type Fields,
  type Findings,
  shorten,
  stringField,
  wordField,
} from '#antenna/yaml-document';
import { ExpressionError } from '../language/expression-error.js';
import type { CompiledExpression, RuleLanguage } from '../language/rule-language.js';
import {
  rulesetLimits,
  type Sample,
  sampleOutcomes,
  type ThrottleRule,
  verdicts,
} from '../document/ruleset-document.js';

/** A valid rule and its compiled expressions. */
export interface CheckedRule {
  readonly rule: ThrottleRule;
  readonly match: CompiledExpression;
  readonly by?: CompiledExpression;
}

const keys = {
  required: ['name', 'match'],
  optional: ['description', 'result', 'sample', 'stopSending'],
};
const sampleKeys = { required: ['percent', 'within', 'beyond'], optional: ['by'] };

/** Checks and compiles a rule; undefined if it has an error. */
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
  const text = stringField(fields, 'match', path, findings);
  const match = compile(text, 'bool', [...path, 'match'], language, findings);
  const outcome = ruleOutcome(fields, path, language, findings);
  const complete = name !== undefined && text !== undefined && match !== undefined;
  if (findings.errors.length > before || !complete || outcome === undefined) return undefined;
  const base = { name, match: text, ...(description === undefined ? {} : { description }) };
  if ('result' in outcome) return { rule: { ...base, ...outcome }, match };
  const rule = { ...base, sample: outcome.sample };
  return outcome.by === undefined ? { rule, match } : { rule, match, by: outcome.by };
}

function ruleName(fields: Fields, path: DocumentPath, findings: Findings): string | undefined {
  const name = stringField(fields, 'name', path, findings);
  const tooLong = name !== undefined && name.length > rulesetLimits.nameCharacters;
  if (name !== undefined && (tooLong || !/^[A-Za-z0-9_]+$/.test(name))) {
    findings.error([...path, 'name'], `${shorten(name)} is not a valid name for a rule`, {
      hint: `use 1 to ${rulesetLimits.nameCharacters} letters, digits and _`,
    });
  }
  return name;
}

function ruleDescription(fields: Fields, path: DocumentPath, findings: Findings) {
  const description = stringField(fields, 'description', path, findings);
  const length = description?.length ?? 0;
  if (length > rulesetLimits.descriptionCharacters) {
    findings.error(
      [...path, 'description'],
      `the description is ${length} characters long; the limit is ${rulesetLimits.descriptionCharacters}`,
      { hint: 'shorten it, or move a part into a comment: # …' },
    );
  }
  return description;
}

type Outcome =
  | { result: (typeof verdicts)[number]; stopSending?: true }
  | { sample: Sample; by: CompiledExpression | undefined };

function ruleOutcome(
  fields: Fields,
  path: DocumentPath,
  language: RuleLanguage,
  findings: Findings,
): Outcome | undefined {
  const stopSending = checkStopSending(fields, path, findings);
  const hasResult = Object.hasOwn(fields, 'result');
  const hasSample = Object.hasOwn(fields, 'sample');
  if (hasResult === hasSample) {
    findings.error(
      path,
      hasResult
        ? 'a rule must have a result or a sample, not both'
        : 'a rule must have a result or a sample',
      { hint: 'write result: accept, or sample: { percent: 10, within: accept, beyond: reject }' },
    );
    return undefined;
  }
  if (hasSample) return checkSample(fields['sample'], [...path, 'sample'], language, findings);
  if (fields['result'] === 'continue') {
    findings.error([...path, 'result'], 'continue is allowed only in a sample', {
      hint: 'remove the rule: one that always continues has no effect',
    });
    return undefined;
  }
  const result = wordField(fields, 'result', verdicts, path, findings);
  return result && { result, ...(stopSending && { stopSending }) };
}

/** Clients never send again for a version that they were told to stop for, so no doubt is allowed. */
function checkStopSending(
  fields: Fields,
  path: DocumentPath,
  findings: Findings,
): true | undefined {
  if (!Object.hasOwn(fields, 'stopSending')) return undefined;
  const stopSending = fields['stopSending'];
  if (typeof stopSending !== 'boolean') {
    findings.error(
      [...path, 'stopSending'],
      `stopSending must be true or false, but is ${describe(stopSending)}`,
      { hint: 'write stopSending: true without quotes, or remove it' },
    );
    return undefined;
  }
  if (stopSending && Object.hasOwn(fields, 'sample')) {
    findings.error([...path, 'stopSending'], 'stopSending is not allowed with a sample', {
      at: 'key',
      hint: 'a client obeys for ever, so a sample would soon stop all: write result: reject, or remove stopSending',
    });
  } else if (stopSending && fields['result'] !== 'reject') {
    findings.error([...path, 'stopSending'], 'stopSending is allowed only with result: reject', {
      at: 'key',
      hint: 'clients would send no more reports that this rule wants: remove stopSending, or write result: reject',
    });
  }
  return stopSending || undefined;
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
  const text = stringField(fields, 'by', path, findings);
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
        hint: 'write a number without quotes and without %, for example 12.5',
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

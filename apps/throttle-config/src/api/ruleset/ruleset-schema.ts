import { rulesetLimits, sampleOutcomes, verdicts } from '#antenna/throttle';

const strings = { type: 'array', items: { type: 'string' } };
const expression = { type: 'string', description: 'CEL expression' };

const sample = {
  type: 'object',
  properties: {
    percent: { type: 'number', minimum: 0, maximum: 100 },
    by: expression,
    within: { type: 'string', enum: [...sampleOutcomes] },
    beyond: { type: 'string', enum: [...sampleOutcomes] },
  },
  required: ['percent', 'within', 'beyond'],
};

const rule = {
  type: 'object',
  description: 'Has either a result or a sample',
  properties: {
    name: { type: 'string', maxLength: rulesetLimits.nameCharacters },
    description: { type: 'string', maxLength: rulesetLimits.descriptionCharacters },
    match: expression,
    result: { type: 'string', enum: [...verdicts] },
    stopSending: {
      type: 'boolean',
      enum: [true],
      description: 'With result reject: clients must send no more reports of the version',
    },
    sample,
  },
  required: ['name', 'match'],
  oneOf: [{ required: ['result'] }, { required: ['sample'] }],
};

/** The schema of `Ruleset.canonicalJson`. Later versions may add properties. */
export const rulesetSchema = {
  type: 'object',
  properties: {
    apiVersion: { type: 'string', enum: ['antenna/v1'] },
    kind: { type: 'string', enum: ['ThrottleRuleset'] },
    lists: {
      type: 'object',
      description: 'By name: strings, or strings grouped by a name',
      additionalProperties: {
        oneOf: [strings, { type: 'object', additionalProperties: strings }],
      },
    },
    rules: { type: 'array', minItems: 1, maxItems: rulesetLimits.rules, items: rule },
  },
  required: ['apiVersion', 'kind', 'lists', 'rules'],
};

import { Ajv } from 'ajv';
import { ValidateBy } from 'class-validator';

import {
  rulesetLimits,
  shadowEnds,
  shadowLimits,
  type ShadowReport,
  verdicts,
} from '#antenna/throttle';

const idPattern = /^\d{8}T\d{9}Z-[0-9a-f]{8}$/;
const revisionPattern = /^[0-9a-f]{16}$/;
/** All rules of the largest ruleset, and NO_MATCH. */
const maxRules = rulesetLimits.rules + 1;
const maxLabelCharacters = 100;

const count = { type: 'integer', minimum: 0, maximum: 1e15 };
const countsByRule = {
  type: 'object',
  maxProperties: maxRules,
  propertyNames: { pattern: '^[A-Za-z0-9_]+$', maxLength: rulesetLimits.nameCharacters },
  additionalProperties: count,
};
const draftVerdicts = { type: 'object', properties: ofVerdicts(count) };
const changes = { type: 'object', properties: ofVerdicts(draftVerdicts) };
const cost = {
  type: 'object',
  properties: { totalUs: count, maxUs: count },
  required: ['totalUs', 'maxUs'],
};
const label = { type: 'string', maxLength: maxLabelCharacters };
const product = {
  type: 'object',
  properties: { product: label, channel: label, verdicts: changes },
  required: ['product', 'channel', 'verdicts'],
};

/** How `ShadowReport` is described. Unknown properties, of a newer ingest, are ignored. */
const properties = {
  id: { type: 'string', pattern: idPattern.source },
  revision: { type: 'string', pattern: revisionPattern.source },
  ageMs: count,
  remainingMs: { ...count, maximum: shadowLimits.maxMs },
  ended: { type: 'string', enum: [...shadowEnds] },
  reports: count,
  evaluated: count,
  verdicts: changes,
  decided: countsByRule,
  errors: countsByRule,
  products: { type: 'array', maxItems: shadowLimits.products, items: product },
  cost: { type: 'object', properties: { live: cost, draft: cost }, required: ['live', 'draft'] },
};

export const shadowReportSchema = {
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => name !== 'ended'),
};

/** How `ShadowNotice` is described. */
export const shadowNoticeSchema = {
  type: 'object',
  properties: {
    running: {
      type: 'object',
      properties: {
        id: properties.id,
        revision: properties.revision,
        ageMs: properties.ageMs,
        remainingMs: properties.remainingMs,
      },
      required: ['id', 'revision', 'ageMs', 'remainingMs'],
    },
    ended: properties.ended,
  },
};

/** Drops properties of a newer ingest, and other ones: posts are kept, and anyone in the cluster can send them. */
const validate = new Ajv({ strictTypes: false, removeAdditional: true }).compile<ShadowReport>(
  closed(shadowReportSchema),
);

/** The property is a `ShadowReport`. */
export function IsShadowReport(): PropertyDecorator {
  return ValidateBy({
    name: 'isShadowReport',
    validator: {
      validate: (value) => validate(value),
      defaultMessage: () => {
        const [error] = validate.errors ?? [];
        return `shadow${error?.instancePath.replaceAll('/', '.') ?? ''} ${error?.message ?? 'is not valid'}`;
      },
    },
  });
}

function ofVerdicts<Schema>(schema: Schema): Record<string, Schema> {
  return Object.fromEntries(verdicts.map((verdict) => [verdict, schema]));
}

/** The schema, in which every object has no other properties than those that it describes. */
function closed(schema: object): object {
  const inner = Object.entries(schema).map(([key, value]: [string, unknown]) => [
    key,
    typeof value === 'object' && value !== null && !Array.isArray(value) ? closed(value) : value,
  ]);
  const isObject = 'type' in schema && schema.type === 'object' && 'properties' in schema;
  return { ...Object.fromEntries(inner), ...(isObject && { additionalProperties: false }) };
}

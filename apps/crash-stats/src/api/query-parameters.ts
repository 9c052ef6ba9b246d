import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';

import {
  conditionName,
  crashFields,
  type FieldName,
  operatorsOf,
  queryLimits,
} from '#antenna/crash-index';

const fields = Object.keys(crashFields) as FieldName[];

/** The parameters of a query, as properties of one object: OpenAPI's `form` style makes a parameter of each. */
const properties = Object.fromEntries([
  ['days', { type: 'integer', minimum: 1, maximum: 400, default: 7, description: 'The last days' }],
  ...fields.flatMap((field) => {
    const { kind, title } = crashFields[field];
    return operatorsOf[kind].map((operator) => [
      conditionName(field, operator),
      { ...valueOf(operator, kind), ...(operator === 'is' && { description: title }) },
    ]);
  }),
]) as Record<string, object>;

function valueOf(operator: string, kind: string): object {
  if (operator === 'exists') return { type: 'boolean' };
  if (kind === 'time') return { type: 'string', description: 'A time in UTC, ISO 8601' };
  if (kind === 'number') return { type: 'integer', minimum: 0, maximum: 1e9 };
  return { type: 'string', minLength: 1, maxLength: queryLimits.valueLength };
}

/** Documents the parameters of a query. */
export function ApiCrashQuery(): MethodDecorator {
  return ApiQuery({
    name: 'query',
    required: false,
    style: 'form',
    explode: true,
    description:
      'The crashes, by conditions on their fields: `product=Firefox` is, `signature.contains=free`, and so on. Any parameter of strings can be repeated: then one of its values must fit. The time is `days`, or `date.after` and `date.before`.',
    schema: { type: 'object', properties, additionalProperties: false },
  });
}

/** Documents parameters that hold names of fields. */
export function ApiFields(
  name: string,
  description: string,
  suited: readonly FieldName[],
): MethodDecorator {
  const items = { type: 'string', enum: [...suited] };
  return applyDecorators(
    ApiQuery({
      name,
      required: false,
      style: 'form',
      explode: true,
      description,
      schema: { type: 'array', items, uniqueItems: true },
    }),
  );
}

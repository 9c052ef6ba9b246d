import { applyDecorators } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiPropertyOptional,
  ApiQuery,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';

import {
  conditionName,
  crashFields,
  type FieldKind,
  type FieldName,
  maxQueryDays,
  type Operator,
  operatorsOf,
  queryLimits,
} from '#antenna/crash-index';

/** The parameters of a query. OpenAPI's style `form` makes a parameter of each property. */
class CrashQueryParameters {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: maxQueryDays, default: 7 })
  days?: number;
}

for (const field of Object.keys(crashFields) as FieldName[]) {
  const { kind, title } = crashFields[field];
  for (const operator of operatorsOf[kind]) {
    const name = conditionName(field, operator);
    const description = `${title} ${operator.replace('_', ' ')}`;
    ApiPropertyOptional({ ...valueOf(operator, kind), description })(
      CrashQueryParameters.prototype,
      name,
    );
  }
}

function valueOf(operator: Operator, kind: FieldKind): object {
  if (operator === 'exists') return { type: 'boolean' };
  if (kind === 'time') return { type: 'string', format: 'date-time' };
  if (kind === 'number') return { type: 'integer', minimum: 0, maximum: 1e9 };
  return { type: 'string', minLength: 1, maxLength: queryLimits.valueLength };
}

/** Documents the parameters of a query. */
export function ApiCrashQuery(): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(CrashQueryParameters),
    ApiQuery({
      name: 'query',
      required: false,
      style: 'form',
      explode: true,
      description:
        'Conditions on fields, which must all hold: `product=Firefox` (is), `signature.contains=free` and so on. A parameter that is repeated holds if one of its values does. `before`, `after` and `exists` have one value. The time is `days`, or `date.after` and `date.before`, in UTC.',
      schema: { $ref: getSchemaPath(CrashQueryParameters) },
    }),
    ApiResponse({ status: 431, description: 'The address and the headers exceed 16 KiB' }),
  );
}

/** Documents a parameter that is repeated for each of some fields. */
export function ApiFields(
  name: string,
  description: string,
  suited: readonly FieldName[],
): MethodDecorator {
  const items = { type: 'string', enum: [...suited] };
  return ApiQuery({
    name,
    required: false,
    style: 'form',
    explode: true,
    description,
    schema: { type: 'array', items, uniqueItems: true },
  });
}

import { ApiProperty } from '@nestjs/swagger';

import { crashFields, type FieldKind, type FieldName } from '#antenna/crash-index';

const types: Readonly<Record<FieldKind, object>> = {
  keyword: { type: ['string', 'null'] },
  keywords: { type: 'array', items: { type: 'string' } },
  number: { type: ['number', 'null'] },
  time: { type: 'string', format: 'date-time' },
};

/** A crash with the chosen columns. */
export const crashSchema = {
  type: 'object',
  properties: Object.fromEntries(
    Object.entries(crashFields).map(([name, { title, kind }]) => [
      name,
      { ...types[kind], description: title },
    ]),
  ),
  required: ['crash_id'],
  additionalProperties: false,
};

class ValueCount {
  @ApiProperty()
  value!: string;

  @ApiProperty({ type: 'integer', description: 'Crashes' })
  count!: number;
}

export class FacetAnswer {
  @ApiProperty({ enum: Object.keys(crashFields) })
  field!: FieldName;

  @ApiProperty({
    type: 'integer',
    description: 'How many values there are; an estimate for thousands',
  })
  valueCount!: number;

  @ApiProperty({ type: [ValueCount], description: 'The most frequent values, at most 50' })
  values!: readonly ValueCount[];
}

export class CrashesAnswer {
  @ApiProperty({
    type: 'integer',
    description: 'How many crashes fit; the first 10,000 can be had',
  })
  total!: number;

  @ApiProperty({ type: 'integer' })
  from!: number;

  @ApiProperty({
    type: 'array',
    items: crashSchema,
    description: 'With the columns that were asked for',
  })
  crashes!: readonly object[];

  @ApiProperty({ type: [FacetAnswer] })
  facets!: readonly FacetAnswer[];
}

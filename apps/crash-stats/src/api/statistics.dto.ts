import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import { crashFields, type FieldName } from '#antenna/crash-index';

import { crashSchema, FacetAnswer } from './crashes.dto.js';

const bars = { type: 'array', items: { type: 'integer' } } as const;
const share = { type: 'number', minimum: 0, maximum: 1 } as const;

function orNull(type: string): object {
  return { anyOf: [{ type }, { type: 'null' }] };
}

class TopCrasherAnswer {
  @ApiProperty({ type: 'integer', minimum: 1 })
  rank!: number;

  @ApiProperty()
  signature!: string;

  @ApiProperty({ type: 'integer', description: 'Crashes' })
  count!: number;

  @ApiProperty({ ...share, description: 'Of all crashes of the query' })
  share!: number;

  @ApiProperty({
    ...orNull('integer'),
    description: 'In the period before, of equal length; null: not among its first 1,000',
  })
  rankBefore!: number | null;

  @ApiProperty({ type: 'integer' })
  countBefore!: number;

  @ApiProperty({ format: 'date-time', description: 'Of all that the index has' })
  firstSeen!: string;

  @ApiProperty({ ...bars, description: 'Crashes of each part of the time: hours, days or weeks' })
  bars!: readonly number[];
}

export class TopAnswer {
  @ApiProperty({ type: 'integer', description: 'Crashes' })
  total!: number;

  @ApiProperty({ type: 'integer', description: 'Crashes of the period before' })
  totalBefore!: number;

  @ApiProperty({ type: 'integer', description: 'An estimate where there are thousands' })
  signatureCount!: number;

  @ApiProperty({ type: [TopCrasherAnswer], description: 'The most frequent ones first' })
  crashers!: readonly TopCrasherAnswer[];
}

class CorrelationAnswer {
  @ApiProperty({ enum: Object.keys(crashFields) })
  field!: FieldName;

  @ApiProperty()
  value!: string;

  @ApiProperty({ type: 'integer', description: 'Crashes of the sample that have the value' })
  support!: number;

  @ApiProperty({ type: 'integer', description: 'Crashes of the rest that have it' })
  supportInRest!: number;

  @ApiProperty(share)
  share!: number;

  @ApiProperty(share)
  shareInRest!: number;

  @ApiProperty({
    ...orNull('number'),
    description: 'share / shareInRest; null if no other crash has the value',
  })
  lift!: number | null;
}

class CorrelationsAnswer {
  @ApiProperty({ type: 'integer', description: 'Compared crashes of the signature' })
  sample!: number;

  @ApiProperty({ type: 'integer', description: 'Compared crashes of other signatures' })
  rest!: number;

  @ApiProperty({ type: [CorrelationAnswer], description: 'The largest differences first' })
  found!: readonly CorrelationAnswer[];
}

class ModuleCorrelationsAnswer extends CorrelationsAnswer {
  @ApiProperty({
    ...orNull('string'),
    description: 'The OS of the compared crashes: the most frequent one of the signature',
  })
  os!: string | null;
}

export class SignatureAnswer {
  @ApiProperty()
  signature!: string;

  @ApiProperty({ type: 'integer', description: 'Crashes in the time' })
  total!: number;

  @ApiProperty({ format: 'date-time', description: 'Of all that the index has' })
  firstSeen!: string;

  @ApiProperty({ ...bars, description: 'Crashes of each part of the time: hours, days or weeks' })
  bars!: readonly number[];

  @ApiProperty({ type: [FacetAnswer] })
  facets!: readonly FacetAnswer[];

  @ApiProperty({ type: 'array', items: crashSchema, description: 'The newest first' })
  latest!: readonly object[];

  @ApiPropertyOptional({ description: 'The product whose crashes are compared' })
  comparedProduct?: string;

  @ApiProperty()
  annotations!: CorrelationsAnswer;

  @ApiProperty()
  modules!: ModuleCorrelationsAnswer;
}

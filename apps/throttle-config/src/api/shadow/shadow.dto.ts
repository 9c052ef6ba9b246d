import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString } from 'class-validator';

import {
  type RulesetDocument,
  shadowEnds,
  type ShadowEnd,
  type Verdict,
  verdicts as allVerdicts,
} from '#antenna/throttle';

import { ApiNoOtherProperties, MayBeAbsent } from '../http/request-body.js';

const verdicts = [...allVerdicts];

/** Empty: the default. */
export const shadowTimePattern = /^(?:([0-9]{1,4})([smh]))?$/;

/** A draft, and for how long it is tried. */
@ApiNoOtherProperties()
export class ShadowRequest {
  @ApiProperty({ description: 'Ruleset document (YAML)' })
  @IsString({ message: 'ruleset must be a string that contains YAML' })
  ruleset!: string;

  @ApiPropertyOptional({
    description: 'For how long the draft runs, from 1s to 60m. Default: 10m',
    pattern: shadowTimePattern.source,
    example: '10m',
  })
  @MayBeAbsent()
  @IsString({ message: 'for must be a string such as 10m' })
  for?: string;
}

export class ShadowChangeAnswer {
  @ApiProperty({ enum: verdicts, description: 'Verdict of the live rules, which is in force' })
  live!: Verdict;

  @ApiProperty({ enum: verdicts, description: 'Verdict that the draft would give' })
  draft!: Verdict;

  @ApiProperty({ type: 'integer' })
  reports!: number;
}

export class ShadowRuleAnswer {
  @ApiProperty({ description: 'Name of a rule of the draft, or NO_MATCH' })
  rule!: string;

  @ApiProperty({ type: 'integer', description: 'Reports that the rule would decide' })
  decided!: number;

  @ApiProperty({ type: 'integer', description: 'Reports on which the rule failed' })
  errors!: number;
}

export class ShadowProductAnswer {
  @ApiProperty({ description: 'One of METRIC_PRODUCTS of ingest, other or none' })
  product!: string;

  @ApiProperty({ description: 'One of METRIC_CHANNELS of ingest, other or none' })
  channel!: string;

  @ApiProperty({ type: 'integer' })
  evaluated!: number;

  @ApiProperty({ type: 'integer', description: 'Reports that would get another verdict' })
  changed!: number;

  @ApiProperty({ type: [ShadowChangeAnswer] })
  verdicts!: readonly ShadowChangeAnswer[];
}

export class ShadowCostAnswer {
  @ApiProperty({ type: 'integer', description: 'Mean time of a verdict, in microseconds' })
  meanUs!: number;

  @ApiProperty({ type: 'integer' })
  maxUs!: number;
}

export class ShadowCostsAnswer {
  @ApiProperty()
  live!: ShadowCostAnswer;

  @ApiProperty()
  draft!: ShadowCostAnswer;
}

export class ShadowInstanceAnswer {
  @ApiProperty()
  instance!: string;

  @ApiProperty({ format: 'date-time', description: 'Time of its last counts' })
  reportedAt!: string;

  @ApiProperty({ type: 'integer' })
  reports!: number;

  @ApiProperty({ type: 'integer' })
  evaluated!: number;
}

export class ShadowEndAnswer {
  @ApiProperty({
    enum: shadowEnds,
    description:
      'expired: its time was over; stopped: by DELETE; restarted: every replica of throttle-config restarted; superseded: another draft had started before it',
  })
  reason!: ShadowEnd;

  @ApiProperty({ format: 'date-time' })
  at!: string;
}

/** A draft and its counts. All counts are sums over the ingest processes in `instances`. */
export class ShadowRunAnswer {
  @ApiProperty()
  id!: string;

  @ApiProperty({ description: 'Revision of the draft' })
  revision!: string;

  @ApiProperty({ format: 'date-time' })
  startedAt!: string;

  @ApiProperty({ format: 'date-time' })
  endsAt!: string;

  @ApiPropertyOptional({ type: ShadowEndAnswer, description: 'Absent while it runs' })
  ended?: ShadowEndAnswer;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'The draft; absent if another replica took it',
  })
  ruleset?: RulesetDocument;

  @ApiProperty({
    type: [ShadowInstanceAnswer],
    description: 'The ingest processes that contribute, also those that have ended since',
  })
  instances!: readonly ShadowInstanceAnswer[];

  @ApiProperty({ type: 'integer', description: 'Reports that the live rules decided' })
  reports!: number;

  @ApiProperty({
    type: 'integer',
    description:
      'Reports that the draft evaluated; fewer if its evaluations would take more than a tenth of the time',
  })
  evaluated!: number;

  @ApiProperty({ type: 'integer', description: 'Reports that would get another verdict' })
  changed!: number;

  @ApiProperty({ type: [ShadowChangeAnswer] })
  verdicts!: readonly ShadowChangeAnswer[];

  @ApiProperty({ type: [ShadowRuleAnswer], description: 'In the order of the draft' })
  rules!: readonly ShadowRuleAnswer[];

  @ApiProperty({ type: [ShadowProductAnswer] })
  products!: readonly ShadowProductAnswer[];

  @ApiProperty()
  cost!: ShadowCostsAnswer;
}

export class ShadowAnswer {
  @ApiProperty({ enum: ['none', 'running', 'ended'] })
  state!: 'none' | 'running' | 'ended';

  @ApiPropertyOptional({
    type: ShadowRunAnswer,
    description: 'The draft that runs, or the one that ended in the last hour',
  })
  run?: ShadowRunAnswer;
}

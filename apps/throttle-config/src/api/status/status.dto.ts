import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import type { SampleOutcome } from '#antenna/throttle';

import { ProblemAnswer } from '../dry-run/dry-run.dto.js';

export class LiveRulesetAnswer {
  @ApiProperty()
  revision!: string;

  @ApiProperty({
    enum: ['source', 'cache', 'bundled'],
    description:
      'Where it comes from: its source, the cache of the last valid ruleset, or the bundled ruleset if neither exists',
  })
  origin!: string;

  @ApiProperty({ format: 'date-time' })
  acceptedAt!: string;

  @ApiProperty({ description: 'Number of rules' })
  rules!: number;

  @ApiProperty({ type: [ProblemAnswer] })
  warnings!: readonly ProblemAnswer[];
}

export class RefusalAnswer {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({ type: [ProblemAnswer] })
  errors!: readonly ProblemAnswer[];
}

export class SourceAnswer {
  @ApiProperty({ enum: ['bundled', 'file', 'kubernetes'] })
  kind!: string;

  @ApiProperty()
  name!: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'When the source answered last' })
  reachedAt?: string;

  @ApiPropertyOptional({ description: 'Why the source cannot be read now; absent if it can' })
  problem?: string;
}

export class InstanceAnswer {
  @ApiProperty()
  instance!: string;

  @ApiPropertyOptional({ description: 'Revision that the instance reported' })
  revision?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'When the instance started to run that revision',
  })
  acceptedAt?: string;

  @ApiProperty({ format: 'date-time' })
  lastSeen!: string;
}

export class VerdictsAnswer {
  @ApiProperty()
  rule!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'How often the rule had each outcome',
    example: { accept: 12, reject: 108 },
  })
  counts!: Readonly<Partial<Record<SampleOutcome, number>>>;
}

export class WindowAnswer {
  @ApiProperty({ description: 'Length of the period in minutes: 10, 60 or 1440' })
  minutes!: number;

  @ApiPropertyOptional({
    format: 'date-time',
    description:
      'Earlier counts are incomplete, because this replica or its connection to an instance is younger than the period; absent if the period is complete',
  })
  since?: string;

  @ApiProperty({ description: 'Number of ingest instances that reported in the period' })
  instances!: number;

  @ApiProperty({ type: [VerdictsAnswer] })
  verdicts!: readonly VerdictsAnswer[];
}

/** The status of this replica. */
export class StatusAnswer {
  @ApiProperty()
  live!: LiveRulesetAnswer;

  @ApiPropertyOptional({ description: 'The last edit, if it was refused' })
  refused?: RefusalAnswer;

  @ApiProperty()
  source!: SourceAnswer;

  @ApiProperty({
    type: [InstanceAnswer],
    description: 'Ingest instances that polled or reported to this replica in the last minutes',
  })
  instances!: readonly InstanceAnswer[];

  @ApiProperty({
    type: [WindowAnswer],
    description: 'What the live rules decided in the last ten minutes, hour and day',
  })
  windows!: readonly WindowAnswer[];

  @ApiProperty({ description: 'Length of the shortest of the windows', deprecated: true })
  verdictMinutes!: number;

  @ApiProperty({
    type: [VerdictsAnswer],
    description: 'The verdicts of the shortest of the windows',
    deprecated: true,
  })
  verdicts!: readonly VerdictsAnswer[];
}

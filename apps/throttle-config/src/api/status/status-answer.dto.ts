import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import type { SampleOutcome } from '#antenna/throttle';

import { ProblemAnswer } from '../dry-run/dry-run-answers.dto.js';

export class LiveRulesetAnswer {
  @ApiProperty()
  revision!: string;

  @ApiProperty({
    enum: ['source', 'cache', 'bundled'],
    description:
      'Whether it stands at its source, is the last good one from the cache, or the bundled one because there is none',
  })
  origin!: string;

  @ApiProperty({ format: 'date-time' })
  acceptedAt!: string;

  @ApiProperty({ description: 'How many rules it has' })
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

  @ApiPropertyOptional({ format: 'date-time', description: 'When it answered last' })
  reachedAt?: string;

  @ApiPropertyOptional({ description: 'Why it cannot be read at present' })
  problem?: string;
}

export class InstanceAnswer {
  @ApiProperty()
  instance!: string;

  @ApiPropertyOptional({ description: 'The revision that it runs, as it says' })
  revision?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Since when it runs that revision' })
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
    description: 'How often the rule gave each outcome',
    example: { accept: 12, reject: 108 },
  })
  counts!: Readonly<Partial<Record<SampleOutcome, number>>>;
}

/** All that throttle-config knows at the moment. */
export class StatusAnswer {
  @ApiProperty()
  live!: LiveRulesetAnswer;

  @ApiPropertyOptional({ description: 'The last edit, when it was refused' })
  refused?: RefusalAnswer;

  @ApiProperty()
  source!: SourceAnswer;

  @ApiProperty({ type: [InstanceAnswer], description: 'Ingest processes heard of by this replica' })
  instances!: readonly InstanceAnswer[];

  @ApiProperty({ description: 'The time over which verdicts are counted' })
  verdictMinutes!: number;

  @ApiProperty({ type: [VerdictsAnswer] })
  verdicts!: readonly VerdictsAnswer[];
}

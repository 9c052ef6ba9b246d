import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsISO8601, IsOptional, IsString, Matches } from 'class-validator';

import { instancePattern, revisionPattern } from './ingest-report-patterns.js';
import { IsRuleCounts } from './is-rule-counts.js';
import type { OutcomeCounts } from './verdict-window.js';

const outcomes = ['accept', 'defer', 'reject', 'fakeaccept', 'continue'];

/** What an ingest process tells of its work since its last report. */
export class IngestReport {
  @ApiProperty({
    description: 'Name of the process',
    pattern: instancePattern.source,
    example: 'ingest-0',
  })
  @IsString()
  @Matches(instancePattern, { message: 'instance must be a name of letters, digits and . _ : -' })
  instance!: string;

  @ApiProperty({ description: 'Revision that it runs', pattern: revisionPattern.source })
  @IsString()
  @Matches(revisionPattern, { message: 'revision must be 16 hexadecimal digits' })
  revision!: string;

  @ApiPropertyOptional({ description: 'Since when it runs that revision', format: 'date-time' })
  @IsOptional()
  @IsISO8601({ strict: true })
  acceptedAt?: string;

  @ApiProperty({
    description: 'By rule, how often each outcome occurred since the last report',
    type: 'object',
    maxProperties: 501,
    additionalProperties: {
      type: 'object',
      properties: Object.fromEntries(
        outcomes.map((outcome) => [outcome, { type: 'integer', minimum: 0 }]),
      ),
      additionalProperties: false,
    },
    example: { is_nightly: { accept: 12 } },
  })
  @IsRuleCounts()
  rules!: Record<string, OutcomeCounts>;
}

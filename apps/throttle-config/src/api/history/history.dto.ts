import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, Matches } from 'class-validator';

import { ApiNoOtherProperties, MayBeAbsent } from '../http/request-body.js';
import { revisionPattern } from '../instances/ingest-report.dto.js';

export class HistoryEntryAnswer {
  @ApiProperty()
  revision!: string;

  @ApiProperty({ format: 'date-time' })
  acceptedAt!: string;

  @ApiProperty({ description: 'Where it was edited', example: 'ConfigMap crashes/throttle-rules' })
  source!: string;

  @ApiPropertyOptional({ description: 'Who edited it, if the admission webhook was asked' })
  user?: string;

  @ApiProperty({ description: 'Whether this revision is live' })
  live!: boolean;
}

export class HistoryAnswer {
  @ApiProperty({ type: [HistoryEntryAnswer], description: 'Newest first' })
  entries!: readonly HistoryEntryAnswer[];
}

export class GoBackAnswer {
  @ApiProperty({ type: [String], description: 'Shell commands, in order' })
  commands!: readonly string[];

  @ApiPropertyOptional({ description: 'What to know before' })
  note?: string;
}

export class HistoryRulesetAnswer extends HistoryEntryAnswer {
  @ApiProperty({ description: 'The document (YAML) as its author wrote it' })
  ruleset!: string;

  @ApiProperty({ description: 'How to make this revision live again' })
  goBack!: GoBackAnswer;
}

export class DiffAnswer {
  @ApiProperty()
  from!: string;

  @ApiProperty({ description: 'A revision, or `draft`' })
  to!: string;

  @ApiProperty({ description: 'A unified diff; empty if the documents are equal' })
  diff!: string;
}

@ApiNoOtherProperties()
export class DraftDiffRequest {
  @ApiPropertyOptional({
    description: 'The revision to compare with. Default: the newest one',
    pattern: revisionPattern.source,
  })
  @MayBeAbsent()
  @IsString()
  @Matches(revisionPattern, { message: 'from must be 16 hexadecimal digits' })
  from?: string;

  @ApiProperty({ description: 'The draft (YAML)' })
  @IsString()
  ruleset!: string;
}

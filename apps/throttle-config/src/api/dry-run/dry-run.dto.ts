import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsString } from 'class-validator';

import type { JsonValue } from '#antenna/crash-report';
import {
  type RulesetProblem,
  type SampleOutcome,
  sampleOutcomes,
  type Verdict,
  verdicts,
} from '#antenna/throttle';

import { ApiNoOtherProperties, MayBeAbsent } from '../http/request-body.js';

/** A ruleset document to validate. */
@ApiNoOtherProperties()
export class ValidateRequest {
  @ApiProperty({ description: 'Ruleset document (YAML)' })
  @IsString()
  ruleset!: string;
}

/** The annotations of a report, and the rules to evaluate. */
@ApiNoOtherProperties()
export class EvaluateRequest {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Annotations as a crash client sends them',
    example: { ProductName: 'Firefox', ReleaseChannel: 'release' },
  })
  @IsObject({ message: 'annotations must be an object of names and values' })
  annotations!: Record<string, JsonValue>;

  @ApiPropertyOptional({
    description: 'Ruleset document (YAML). Default: the live ruleset',
  })
  @MayBeAbsent()
  @IsString()
  ruleset?: string;
}

/** An error or a warning in a ruleset. */
export class ProblemAnswer implements RulesetProblem {
  @ApiPropertyOptional({ description: 'Name of the rule that contains it' })
  rule?: string;

  @ApiProperty({ minimum: 1 })
  line!: number;

  @ApiProperty({ minimum: 1 })
  column!: number;

  @ApiProperty({ description: 'What is wrong' })
  message!: string;

  @ApiPropertyOptional({ description: 'How to fix it' })
  hint?: string;
}

export class ValidateAnswer {
  @ApiProperty({ description: 'Whether the document is valid, and could become live' })
  valid!: boolean;

  @ApiPropertyOptional({ description: 'Revision of the ruleset, if it is valid' })
  revision?: string;

  @ApiProperty({ type: [ProblemAnswer] })
  errors!: readonly ProblemAnswer[];

  @ApiProperty({ type: [ProblemAnswer] })
  warnings!: readonly ProblemAnswer[];
}

export class SampleAnswer {
  @ApiProperty({ description: 'Random number from 0 to 100' })
  draw!: number;

  @ApiProperty({
    description: 'The report is within the sample if the random number is below this',
  })
  percent!: number;
}

export class ClauseAnswer {
  @ApiProperty({ description: 'One of the clauses of the condition, which must all hold' })
  text!: string;

  @ApiPropertyOptional({ description: 'Whether the clause holds; absent if it failed' })
  holds?: boolean;
}

/** What one rule says. */
export class RuleAnswer {
  @ApiProperty()
  rule!: string;

  @ApiProperty()
  matched!: boolean;

  @ApiProperty({
    description: 'Whether this rule decided. The rules below it are listed, but ingest skips them',
  })
  decided!: boolean;

  @ApiPropertyOptional({ enum: [...sampleOutcomes] })
  outcome?: SampleOutcome;

  @ApiPropertyOptional({ type: SampleAnswer })
  sample?: SampleAnswer;

  @ApiPropertyOptional({ description: 'Why the rule failed; a rule that fails does not match' })
  error?: string;

  @ApiPropertyOptional({ type: [ClauseAnswer] })
  clauses?: readonly ClauseAnswer[];

  @ApiProperty({ description: 'Explanation of the result in one sentence' })
  why!: string;
}

export class EvaluateAnswer {
  @ApiProperty({ description: 'Revision of the ruleset that was evaluated' })
  revision!: string;

  @ApiProperty({ enum: [...verdicts] })
  verdict!: Verdict;

  @ApiProperty({ description: 'Name of the rule that decided; NO_MATCH if no rule did' })
  rule!: string;

  @ApiPropertyOptional({
    description: 'Version of which the client is told to send no more reports, by stopSending',
  })
  stopSendingFor?: string;

  @ApiProperty({ type: [RuleAnswer] })
  rules!: readonly RuleAnswer[];
}

import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

import type { RulesetProblem, SampleOutcome, Verdict } from '#antenna/throttle';

const verdicts = ['accept', 'defer', 'reject', 'fakeaccept'];
const outcomes = [...verdicts, 'continue'];

/** An error or a warning in a ruleset. */
export class ProblemAnswer implements RulesetProblem {
  @ApiPropertyOptional({ description: 'The rule in which it lies' })
  rule?: string;

  @ApiProperty({ minimum: 1 })
  line!: number;

  @ApiProperty({ minimum: 1 })
  column!: number;

  @ApiProperty({ description: 'What is wrong' })
  message!: string;

  @ApiPropertyOptional({ description: 'How to mend it' })
  hint?: string;
}

export class ValidateAnswer {
  @ApiProperty({ description: 'Whether the document could become live' })
  valid!: boolean;

  @ApiPropertyOptional({ description: 'The revision that it would have' })
  revision?: string;

  @ApiProperty({ type: [ProblemAnswer] })
  errors!: readonly ProblemAnswer[];

  @ApiProperty({ type: [ProblemAnswer] })
  warnings!: readonly ProblemAnswer[];
}

export class SampleAnswer {
  @ApiProperty({ description: 'The point that was drawn, from 0 to 100' })
  draw!: number;

  @ApiProperty({ description: 'Below it the draw is within the sample' })
  percent!: number;
}

export class ClauseAnswer {
  @ApiProperty({ description: 'A part of the condition; all parts must hold' })
  text!: string;

  @ApiPropertyOptional({ description: 'Whether it holds; missing when it failed' })
  holds?: boolean;
}

/** What one rule says. */
export class RuleAnswer {
  @ApiProperty()
  rule!: string;

  @ApiProperty()
  matched!: boolean;

  @ApiProperty({ description: 'It decided; those below it are shown, but would not be asked' })
  decided!: boolean;

  @ApiPropertyOptional({ enum: outcomes })
  outcome?: SampleOutcome;

  @ApiPropertyOptional({ type: SampleAnswer })
  sample?: SampleAnswer;

  @ApiPropertyOptional({ description: 'Why it failed; a rule that fails does not match' })
  error?: string;

  @ApiPropertyOptional({ type: [ClauseAnswer] })
  clauses?: readonly ClauseAnswer[];

  @ApiProperty({ description: 'In a sentence, why it says so' })
  why!: string;
}

export class EvaluateAnswer {
  @ApiProperty({ description: 'Of the ruleset that was tried' })
  revision!: string;

  @ApiProperty({ enum: verdicts })
  verdict!: Verdict;

  @ApiProperty({ description: 'The rule that decided; NO_MATCH when none did' })
  rule!: string;

  @ApiProperty({ type: [RuleAnswer] })
  rules!: readonly RuleAnswer[];
}

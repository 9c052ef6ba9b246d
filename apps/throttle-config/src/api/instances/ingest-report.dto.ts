import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsISO8601, IsString, Matches, ValidateBy } from 'class-validator';

import { rulesetLimits } from '#antenna/throttle';

import { ApiNoOtherProperties, MayBeAbsent } from '../http/request-body.js';
import type { OutcomeCounts } from './verdict-window.js';

/** Names of pods, hosts and processes. */
export const instancePattern = /^[A-Za-z0-9._:-]{1,253}$/;
/** The format of `Ruleset.revision`. */
export const revisionPattern = /^[0-9a-f]{16}$/;

const outcomes = ['accept', 'defer', 'reject', 'fakeaccept', 'continue'];
/** All rules of the largest ruleset, and NO_MATCH. */
const maxRules = rulesetLimits.rules + 1;
const maxCount = 1e9;
const ruleNamePattern = new RegExp(`^[A-Za-z0-9_]{1,${rulesetLimits.nameCharacters}}$`);

/** The report of an ingest instance about the time since its last report. */
@ApiNoOtherProperties()
export class IngestReport {
  @ApiProperty({
    description: 'Name of the instance',
    pattern: instancePattern.source,
    example: 'ingest-0',
  })
  @IsString()
  @Matches(instancePattern, { message: 'instance must be a name of letters, digits and . _ : -' })
  instance!: string;

  @ApiProperty({ description: 'Revision that the instance runs', pattern: revisionPattern.source })
  @IsString()
  @Matches(revisionPattern, { message: 'revision must be 16 hexadecimal digits' })
  revision!: string;

  @ApiPropertyOptional({
    description: 'When the instance started to run this revision',
    format: 'date-time',
  })
  @MayBeAbsent()
  @IsISO8601({ strict: true })
  acceptedAt?: string;

  @ApiProperty({
    description: 'For each rule, how often each outcome occurred since the last report',
    type: 'object',
    maxProperties: maxRules,
    patternProperties: {
      [ruleNamePattern.source]: {
        type: 'object',
        properties: Object.fromEntries(
          outcomes.map((outcome) => [outcome, { type: 'integer', minimum: 0, maximum: maxCount }]),
        ),
        additionalProperties: false,
      },
    },
    additionalProperties: false,
    example: { is_nightly: { accept: 12 } },
  })
  @ValidateBy({
    name: 'isRuleCounts',
    validator: {
      validate: isRuleCounts,
      defaultMessage: () =>
        `rules must hold at most ${maxRules} rule names, each with counts of ${outcomes.join(', ')}`,
    },
  })
  rules!: Record<string, OutcomeCounts>;
}

/** Counts by rule and outcome: `{"is_nightly": {"accept": 12}}`. */
function isRuleCounts(value: unknown): boolean {
  if (!isObject(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= maxRules &&
    entries.every(
      ([rule, counts]) => ruleNamePattern.test(rule) && isObject(counts) && areCounts(counts),
    )
  );
}

function areCounts(counts: object): boolean {
  return Object.entries(counts).every(
    ([outcome, count]) =>
      outcomes.includes(outcome) && Number.isInteger(count) && count >= 0 && count <= maxCount,
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

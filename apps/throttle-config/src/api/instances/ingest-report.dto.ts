import {
  ApiProperty,
  ApiPropertyOptional,
  ApiSchema,
  type ApiSchemaOptions,
} from '@nestjs/swagger';
import {
  IsInt,
  IsISO8601,
  IsString,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
} from 'class-validator';

import { rulesetLimits, type ShadowNotice, type ShadowReport } from '#antenna/throttle';

import {
  IsShadowReport,
  shadowNoticeSchema,
  shadowReportSchema,
} from '../shadow/shadow-report.dto.js';

import { MayBeAbsent } from '../http/request-body.js';
import type { OutcomeCounts } from './verdict-window.js';

/** Names of pods, hosts and processes. */
export const instancePattern = /^[A-Za-z0-9._:-]{1,253}$/;
/** The format of `Ruleset.revision`. */
export const revisionPattern = /^[0-9a-f]{16}$/;
const bootPattern = /^[0-9a-f]{16}$/;

const outcomes = ['accept', 'defer', 'reject', 'fakeaccept', 'continue'];
/** All rules of the largest ruleset, and NO_MATCH. */
const maxRules = rulesetLimits.rules + 1;
const maxCount = Number.MAX_SAFE_INTEGER;
const ruleNamePattern = new RegExp(`^[A-Za-z0-9_]{1,${rulesetLimits.nameCharacters}}$`);

/** An outcome that only a newer ingest knows is ignored, like an unknown property of the report. */
const ruleCounts = {
  type: 'object',
  maxProperties: maxRules,
  patternProperties: {
    [ruleNamePattern.source]: {
      type: 'object',
      properties: Object.fromEntries(
        outcomes.map((outcome) => [outcome, { type: 'integer', minimum: 0, maximum: maxCount }]),
      ),
    },
  },
  additionalProperties: false,
} as const;

/** Nest copies all options into the schema, but its type declares only some of them. */
const schema: ApiSchemaOptions & object = {
  anyOf: [{ required: ['totals'] }, { required: ['rules'] }],
  dependentRequired: { totals: ['boot', 'ageMs'] },
} as object;

/** The report of an ingest instance. Properties of a newer ingest are ignored. */
@ApiSchema(schema)
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

  @ApiPropertyOptional({
    description: 'Random id of the process that counted `totals`',
    pattern: bootPattern.source,
  })
  @ValidateIf(isNeededFor('totals'))
  @IsString()
  @Matches(bootPattern, { message: 'boot must be 16 hexadecimal digits' })
  boot?: string;

  @ApiPropertyOptional({
    description:
      'For how many milliseconds the process has counted. Totals that are not newer than the last ones are ignored.',
    type: 'integer',
    minimum: 0,
    maximum: maxCount,
  })
  @ValidateIf(isNeededFor('totals'))
  @IsInt({ message: 'ageMs must be a whole number' })
  @Min(0, { message: 'ageMs must not be negative' })
  @Max(maxCount, { message: `ageMs must be at most ${maxCount}` })
  ageMs?: number;

  @ApiPropertyOptional({
    ...ruleCounts,
    description: 'For each rule, how often each outcome occurred since the process began to count',
    example: { is_nightly: { accept: 1234 } },
  })
  @MayBeAbsent()
  @IsRuleCounts()
  totals?: Record<string, OutcomeCounts>;

  @ApiPropertyOptional({
    ...ruleCounts,
    description:
      'For each rule, how often each outcome occurred since the last report. For reports of older versions, without `totals`.',
    example: { is_nightly: { accept: 12 } },
  })
  @ValidateIf((report: IngestReport, value) => value !== undefined || report.totals === undefined)
  @IsRuleCounts()
  rules?: Record<string, OutcomeCounts>;

  @ApiPropertyOptional({
    allOf: [shadowReportSchema],
    description: 'What a draft would change; while one runs, and for some minutes afterwards',
  })
  @MayBeAbsent()
  @IsShadowReport()
  shadow?: ShadowReport;
}

export class IngestReportAnswer {
  @ApiPropertyOptional({ allOf: [shadowNoticeSchema], description: 'Which draft runs, if any' })
  shadow?: ShadowNotice;
}

export function isOutcome(name: string): boolean {
  return outcomes.includes(name);
}

/** The property may be absent without the other one. */
function isNeededFor(other: keyof IngestReport) {
  return (report: IngestReport, value: unknown): boolean =>
    value !== undefined || report[other] !== undefined;
}

function IsRuleCounts(): PropertyDecorator {
  return ValidateBy({
    name: 'isRuleCounts',
    validator: {
      validate: isRuleCounts,
      defaultMessage: (context) =>
        `${context?.property} must hold at most ${maxRules} rule names, each with counts of ${outcomes.join(', ')}`,
    },
  });
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
  return Object.entries(counts)
    .filter(([outcome]) => isOutcome(outcome))
    .every(([, count]) => Number.isInteger(count) && count >= 0 && count <= maxCount);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

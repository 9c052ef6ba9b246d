import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString } from 'class-validator';

import type { JsonValue } from '#antenna/crash-report';

/** A dry run: annotations, and the rules to try them on. */
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
    description: 'A ruleset document (YAML); without it the live ruleset is tried',
  })
  @IsOptional()
  @IsString()
  ruleset?: string;
}

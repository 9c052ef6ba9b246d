import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';

/** A ruleset document to check. */
export class ValidateRequest {
  @ApiProperty({ description: 'The document (YAML)' })
  @IsString()
  ruleset!: string;
}

import {
  type ArgumentMetadata,
  Body,
  Controller,
  HttpCode,
  HttpStatus,
  Injectable,
  type PipeTransform,
  Post,
} from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';

import { InvalidRulesetError } from '#antenna/throttle';

import { ApiProblem, ProblemException } from '../http/problem.js';
import { BodyPipe } from '../http/request-body.js';
import { EvaluateAnswer, EvaluateRequest, ValidateAnswer, ValidateRequest } from './dry-run.dto.js';
import { DryRunService } from './dry-run.service.js';

/** Accepts the YAML document itself in place of JSON: `curl --data-binary @ruleset.yaml`. */
@Injectable()
class RulesetBodyPipe extends BodyPipe implements PipeTransform<unknown, object> {
  override transform(body: unknown, metadata: ArgumentMetadata): object {
    return super.transform(typeof body === 'string' ? { ruleset: body } : body, metadata);
  }
}

/** Validates and evaluates rules before they become live. */
@ApiTags('dry run')
@Controller('v1')
export class DryRunController {
  constructor(private readonly dryRun: DryRunService) {}

  @Post('validate')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Validates a ruleset document and returns all errors and warnings' })
  @ApiBody({
    type: ValidateRequest,
    description: 'JSON, or the document itself as application/yaml',
  })
  @ApiOkResponse({ type: ValidateAnswer })
  @ApiProblem(HttpStatus.BAD_REQUEST, HttpStatus.PAYLOAD_TOO_LARGE, HttpStatus.SERVICE_UNAVAILABLE)
  validate(@Body(RulesetBodyPipe) { ruleset }: ValidateRequest): Promise<ValidateAnswer> {
    return this.dryRun.validate(ruleset);
  }

  @Post('evaluate')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    summary: 'Evaluates annotations: returns the verdict, which rules match, and why',
  })
  @ApiOkResponse({ type: EvaluateAnswer })
  @ApiProblem(
    HttpStatus.BAD_REQUEST,
    HttpStatus.PAYLOAD_TOO_LARGE,
    HttpStatus.UNPROCESSABLE_ENTITY,
    HttpStatus.SERVICE_UNAVAILABLE,
  )
  async evaluate(
    @Body(BodyPipe) { annotations, ruleset }: EvaluateRequest,
  ): Promise<EvaluateAnswer> {
    try {
      return await this.dryRun.evaluate(new Map(Object.entries(annotations)), ruleset);
    } catch (error) {
      if (!(error instanceof InvalidRulesetError)) throw error;
      throw new ProblemException(
        {
          title: 'The ruleset is not valid',
          status: HttpStatus.UNPROCESSABLE_ENTITY,
          detail: error.message,
          errors: error.problems,
        },
        { cause: error },
      );
    }
  }
}

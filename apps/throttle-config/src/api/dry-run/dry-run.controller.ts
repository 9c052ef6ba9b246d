import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';

import { InvalidRulesetError } from '#antenna/throttle';
import { ApiProblem, ProblemException } from '#antenna/web-page';

import { BodyPipe, RulesetBody } from '../http/request-body.js';
import { EvaluateAnswer, EvaluateRequest, ValidateAnswer, ValidateRequest } from './dry-run.dto.js';
import { DryRunService } from './dry-run.service.js';

/** Validates and evaluates rules before they become live. */
@ApiTags('dry run')
@Controller('v1')
export class DryRunController {
  constructor(private readonly dryRun: DryRunService) {}

  @Post('validate')
  @HttpCode(HttpStatus.OK)
  @ApiExtraModels(ValidateRequest)
  @ApiOperation({
    summary: 'Validates a ruleset document and returns all errors and warnings',
    requestBody: {
      required: true,
      description: 'JSON, or the document itself',
      content: {
        'application/json': { schema: { $ref: getSchemaPath(ValidateRequest) } },
        // Any YAML is answered: it is what is validated.
        'application/yaml': { schema: {} },
      },
    },
  })
  @ApiOkResponse({ type: ValidateAnswer })
  @ApiProblem(HttpStatus.BAD_REQUEST, HttpStatus.PAYLOAD_TOO_LARGE, HttpStatus.SERVICE_UNAVAILABLE)
  validate(@RulesetBody(BodyPipe) { ruleset }: ValidateRequest): Promise<ValidateAnswer> {
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

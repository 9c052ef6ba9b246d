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

import { ApiProblem } from '../http/api-problem.decorator.js';
import { BodyPipe } from '../http/body.pipe.js';
import { ProblemException } from '../http/problem.exception.js';
import { EvaluateRequest } from './evaluate-request.dto.js';
import { EvaluateAnswer, ValidateAnswer } from './dry-run-answers.dto.js';
import { DryRunService } from './dry-run.service.js';
import { ValidateRequest } from './validate-request.dto.js';

/** Lets a YAML body stand for the JSON body that would hold it: `curl --data-binary @ruleset.yaml`. */
@Injectable()
class RulesetBodyPipe extends BodyPipe implements PipeTransform<unknown, object> {
  override transform(body: unknown, metadata: ArgumentMetadata): object {
    return super.transform(typeof body === 'string' ? { ruleset: body } : body, metadata);
  }
}

/** Checks and tries rules before they become live. */
@ApiTags('trial')
@Controller('v1')
export class DryRunController {
  constructor(private readonly trial: DryRunService) {}

  @Post('validate')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Checks a ruleset document and reports every error and warning' })
  @ApiBody({
    type: ValidateRequest,
    description: 'As JSON, or the document itself as application/yaml',
  })
  @ApiOkResponse({ type: ValidateAnswer })
  @ApiProblem(HttpStatus.BAD_REQUEST, HttpStatus.PAYLOAD_TOO_LARGE)
  validate(@Body(RulesetBodyPipe) { ruleset }: ValidateRequest): ValidateAnswer {
    return this.trial.validate(ruleset);
  }

  @Post('evaluate')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Tries annotations: which rules match, the verdict, and why' })
  @ApiOkResponse({ type: EvaluateAnswer })
  @ApiProblem(HttpStatus.BAD_REQUEST, HttpStatus.PAYLOAD_TOO_LARGE, HttpStatus.UNPROCESSABLE_ENTITY)
  evaluate(@Body(BodyPipe) { annotations, ruleset }: EvaluateRequest): EvaluateAnswer {
    try {
      return this.trial.evaluate(new Map(Object.entries(annotations)), ruleset);
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

import {
  BadRequestException,
  Controller,
  Delete,
  Get,
  Header,
  Headers,
  HttpCode,
  HttpStatus,
  NotFoundException,
  Param,
  Post,
  Query,
  UnsupportedMediaTypeException,
  UseGuards,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';

import { InvalidRulesetError, shadowLimits } from '#antenna/throttle';
import { ApiProblem, ProblemException, SameOriginGuard } from '#antenna/web-page';

import { BodyPipe, RulesetBody } from '../http/request-body.js';
import { ShadowAnswer, ShadowRequest, shadowTimePattern } from './shadow.dto.js';
import { ShadowRunningError, ShadowService } from './shadow.service.js';

const defaultMs = 10 * 60_000;
const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** Tries a draft of the rules on live reports, without deciding anything. */
@ApiTags('shadow rules')
@Controller('v1/shadow')
export class ShadowController {
  constructor(private readonly shadow: ShadowService) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Returns the draft that is tried, and what it would change so far' })
  @ApiOkResponse({ type: ShadowAnswer })
  status(): ShadowAnswer {
    return this.shadow.status();
  }

  @Post()
  @UseGuards(SameOriginGuard)
  @HttpCode(HttpStatus.CREATED)
  @ApiExtraModels(ShadowRequest)
  @ApiOperation({
    summary:
      'Tries a draft on live reports beside the live rules, which still decide; one at a time',
    requestBody: {
      required: true,
      description: 'JSON, or the document itself',
      content: {
        'application/json': { schema: { $ref: getSchemaPath(ShadowRequest) } },
        'application/yaml': { schema: {} },
      },
    },
  })
  @ApiQuery({
    name: 'for',
    required: false,
    description: 'For how long, from 1s to 60m, if the body is the document itself. Default: 10m',
    schema: { type: 'string', pattern: shadowTimePattern.source, example: '10m' },
  })
  @ApiCreatedResponse({ type: ShadowAnswer })
  @ApiProblem(
    HttpStatus.BAD_REQUEST,
    HttpStatus.FORBIDDEN,
    HttpStatus.CONFLICT,
    HttpStatus.PAYLOAD_TOO_LARGE,
    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
    HttpStatus.UNPROCESSABLE_ENTITY,
    HttpStatus.SERVICE_UNAVAILABLE,
  )
  async start(
    @RulesetBody(BodyPipe) { ruleset, for: inBody }: ShadowRequest,
    @Query('for') inQuery?: string,
    @Headers('content-type') contentType = '',
  ): Promise<ShadowAnswer> {
    // A form of another site can send other types without a preflight request.
    if (!/^(application\/json|(application|text)\/yaml)\b/i.test(contentType))
      throw new UnsupportedMediaTypeException('send the draft as application/yaml, or as JSON');
    try {
      return await this.shadow.start(ruleset, parseShadowTime(inBody ?? inQuery));
    } catch (error) {
      throw problemOf(error);
    }
  }

  @Delete()
  @UseGuards(SameOriginGuard)
  @ApiOperation({ summary: 'Stops the draft and returns its result so far' })
  @ApiOkResponse({ type: ShadowAnswer })
  @ApiProblem(HttpStatus.FORBIDDEN, HttpStatus.NOT_FOUND)
  stop(): ShadowAnswer {
    if (!this.shadow.stop()) throw new NotFoundException('no draft runs');
    return this.shadow.status();
  }

  @Get(':id')
  @Header('content-type', 'application/json; charset=utf-8')
  @ApiOperation({ summary: 'Returns the draft that runs as canonical JSON, for ingest' })
  @ApiOkResponse({ content: { 'application/json': { schema: { type: 'object' } } } })
  @ApiProblem(HttpStatus.NOT_FOUND)
  draft(@Param('id') id: string): string {
    const draft = this.shadow.draftOf(id);
    if (draft === undefined)
      throw new NotFoundException('this replica does not have a running draft with this id');
    return draft;
  }
}

/**
 * The time for which a draft runs, in milliseconds; 10 minutes by default.
 * @throws {BadRequestException} for anything but 1s to 60m
 */
function parseShadowTime(time: unknown): number {
  if (time === undefined || time === '') return defaultMs;
  const [, digits, unit = ''] = (typeof time === 'string' && shadowTimePattern.exec(time)) || [];
  const milliseconds = Number(digits) * (unitMs[unit] ?? NaN);
  if (!(milliseconds >= 1000 && milliseconds <= shadowLimits.maxMs))
    throw new BadRequestException('for must be from 1s to 60m, for example for=10m');
  return milliseconds;
}

function problemOf(error: unknown): unknown {
  if (error instanceof InvalidRulesetError) {
    return new ProblemException(
      {
        title: 'The draft is not valid',
        status: HttpStatus.UNPROCESSABLE_ENTITY,
        detail: error.message,
        errors: error.problems,
      },
      { cause: error },
    );
  }
  if (!(error instanceof ShadowRunningError)) return error;
  const title = 'Another draft is being tried';
  return new ProblemException(
    { title, status: HttpStatus.CONFLICT, detail: error.message },
    { cause: error },
  );
}

import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Query,
} from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';

import { ApiProblem } from '#antenna/web-page';

import { BodyPipe } from '../http/request-body.js';
import {
  DiffAnswer,
  DraftDiffRequest,
  HistoryAnswer,
  HistoryRulesetAnswer,
} from './history.dto.js';
import { HistoryService } from './history.service.js';

const revisionParameter = { name: 'revision', description: 'A revision of `/v1/history`' };

@ApiTags('history')
@Controller('v1/history')
export class HistoryController {
  constructor(private readonly history: HistoryService) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Lists the rulesets that were accepted in the last 90 days' })
  @ApiOkResponse({ type: HistoryAnswer })
  async list(): Promise<HistoryAnswer> {
    return { entries: await this.history.list() };
  }

  @Get('diff')
  @ApiOperation({ summary: 'Compares two revisions' })
  @ApiQuery({ name: 'from', type: String })
  @ApiQuery({ name: 'to', type: String })
  @ApiOkResponse({ type: DiffAnswer })
  @ApiProblem(HttpStatus.NOT_FOUND, HttpStatus.UNPROCESSABLE_ENTITY)
  async diff(@Query('from') from: unknown, @Query('to') to: unknown): Promise<DiffAnswer> {
    return await this.history.diff(String(from), String(to));
  }

  @Post('diff')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Compares a revision with a draft' })
  @ApiOkResponse({ type: DiffAnswer })
  @ApiProblem(
    HttpStatus.BAD_REQUEST,
    HttpStatus.NOT_FOUND,
    HttpStatus.PAYLOAD_TOO_LARGE,
    HttpStatus.UNPROCESSABLE_ENTITY,
  )
  async draftDiff(@Body(BodyPipe) { from, ruleset }: DraftDiffRequest): Promise<DiffAnswer> {
    return await this.history.draftDiff(ruleset, from);
  }

  @Get(':revision')
  @ApiOperation({ summary: 'Returns a revision, and how to go back to it' })
  @ApiParam(revisionParameter)
  @ApiOkResponse({ type: HistoryRulesetAnswer })
  @ApiProblem(HttpStatus.NOT_FOUND)
  async revision(@Param('revision') revision: string): Promise<HistoryRulesetAnswer> {
    return await this.history.revision(revision);
  }

  @Get(':revision/ruleset')
  @Header('content-type', 'application/yaml; charset=utf-8')
  @ApiOperation({ summary: 'Returns the document of a revision as its author wrote it' })
  @ApiParam(revisionParameter)
  @ApiOkResponse({ content: { 'application/yaml': { schema: { type: 'object' } } } })
  @ApiProblem(HttpStatus.NOT_FOUND)
  async ruleset(@Param('revision') revision: string): Promise<string> {
    return (await this.history.revision(revision)).ruleset;
  }
}

import { Controller, Get, HttpStatus, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';

import { crashFields, type FieldName, type IndexedFacts } from '#antenna/crash-index';
import { ApiProblem } from '#antenna/web-page';

import { ViewerOf } from '../access/access.guard.js';
import { AuditService } from '../access/audit.service.js';
import type { Viewer } from '../access/viewer.js';
import { notProcessed, validId, whileStoreAnswers } from '../crash/crash-problems.js';
import { CrashesService } from '../crash/crashes.service.js';
import { type VisibleCrash, visibleCrash } from '../crash/visible-crash.js';
import { InvalidSearch } from '../search/invalid-search.js';
import {
  isCounted,
  isSorted,
  parseSearch,
  readerOf,
  visibleFields,
} from '../search/search-request.js';
import { SearchService } from '../search/search.service.js';
import { UrlParameters } from '../search/url-parameters.js';
import { CrashesAnswer } from './crashes.dto.js';
import { ApiCrashQuery, ApiFields } from './query-parameters.js';

const facetValues = 50;
const sizes = { facets: [], size: 100, maxSize: 500 };
const fields = visibleFields(true);
const processed = {
  type: 'object',
  properties: { uuid: { type: 'string' }, is_partial: { type: 'boolean' } },
  required: ['uuid', 'is_partial'],
  additionalProperties: true,
};

@ApiTags('crashes')
@Controller('v1/crashes')
export class CrashesController {
  constructor(
    private readonly search: SearchService,
    private readonly crashes: CrashesService,
    private readonly audit: AuditService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Finds crashes, and counts them by the values of fields' })
  @ApiCrashQuery()
  @ApiFields('column', 'Fields to return. Default: those of the page', fields.slice(1))
  @ApiFields(
    'facet',
    'Count the crashes by the values of these fields, at most 10',
    fields.filter(isCounted),
  )
  @ApiQuery({
    name: 'sort',
    required: false,
    description: 'A field; with `-` before it, in descending order. Default: -date',
    schema: {
      type: 'string',
      enum: fields.filter(isSorted).flatMap((field) => [field, `-${field}`]),
    },
  })
  @ApiQuery({
    name: 'from',
    required: false,
    schema: { type: 'integer', minimum: 0, maximum: 9999 },
  })
  @ApiQuery({
    name: 'size',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: sizes.maxSize },
  })
  @ApiOkResponse({ type: CrashesAnswer })
  @ApiProblem(HttpStatus.BAD_REQUEST, HttpStatus.TOO_MANY_REQUESTS, HttpStatus.SERVICE_UNAVAILABLE)
  async find(
    @UrlParameters() params: URLSearchParams,
    @ViewerOf() viewer: Viewer,
  ): Promise<CrashesAnswer> {
    const { request, problems } = parseSearch(params, { ...readerOf(viewer), ...sizes });
    if (!request) throw new InvalidSearch(problems);
    const { total, crashes, facets } = await this.search.find(viewer, request, facetValues);
    const columns: readonly FieldName[] = ['crash_id', ...request.columns];
    return {
      total,
      from: request.window.from,
      crashes: crashes.map((crash) => only(crash, columns)),
      facets,
    };
  }

  @Get(':id')
  @ApiOperation({
    summary: 'Returns a processed crash',
    description:
      'As docs/processed-crash.schema.json describes it. Without the role for protected data, only fields that are known to be harmless, with null for the others of which it is known that they exist.',
  })
  @ApiParam({
    name: 'id',
    description: 'A crash id',
    example: '0bba1fcb-4b48-4f6c-8a38-000000261129',
  })
  @ApiOkResponse({ content: { 'application/json': { schema: processed } } })
  @ApiProblem(HttpStatus.NOT_FOUND, HttpStatus.TOO_MANY_REQUESTS, HttpStatus.SERVICE_UNAVAILABLE)
  async crash(@Param('id') typed: string, @ViewerOf() viewer: Viewer): Promise<VisibleCrash> {
    const crashId = validId(typed);
    if (viewer.may('protected')) this.audit.protectedRead(viewer, 'processed_crash', crashId);
    const crash = await whileStoreAnswers(
      async () =>
        await this.crashes.read(
          crashId,
          'processed',
          async ({ processed }) => processed && visibleCrash(processed, viewer),
        ),
    );
    if (!crash) throw notProcessed(crashId);
    return crash;
  }
}

function only(crash: IndexedFacts, columns: readonly FieldName[]): object {
  return Object.fromEntries(
    columns.map((field) => {
      const value = crash[field];
      const isTime = typeof value === 'number' && crashFields[field].kind === 'time';
      return [field, isTime ? new Date(value).toISOString() : value];
    }),
  );
}

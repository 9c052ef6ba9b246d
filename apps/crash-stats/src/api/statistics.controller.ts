import { Controller, Get, HttpStatus, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';

import type { CrashSearch } from '#antenna/crash-index';
import { ApiProblem, ProblemException } from '#antenna/web-page';

import { ViewerOf } from '../access/access.guard.js';
import { AuditService } from '../access/audit.service.js';
import type { Viewer } from '../access/viewer.js';
import { CRASH_SEARCH } from '../dependencies.js';
import { askedQuery } from '../search/asked-query.js';
import { InvalidSearch } from '../search/invalid-search.js';
import { readerOf, wholeNumber } from '../search/search-request.js';
import { UrlParameters } from '../search/url-parameters.js';
import { isAnyProtected } from '../statistics/correlations.js';
import { signatureOf, signatureReport } from '../statistics/signature-report.js';
import { topCrashers } from '../statistics/top-crashers.js';
import { ApiCrashQuery } from './query-parameters.js';
import { SignatureAnswer, TopAnswer } from './statistics.dto.js';

const limits = { min: 1, max: 200 };
const problems = [
  HttpStatus.BAD_REQUEST,
  HttpStatus.TOO_MANY_REQUESTS,
  HttpStatus.SERVICE_UNAVAILABLE,
];

@ApiTags('statistics')
@Controller('v1')
export class StatisticsController {
  constructor(
    @Inject(CRASH_SEARCH) private readonly search: CrashSearch,
    private readonly audit: AuditService,
  ) {}

  @Get('top')
  @ApiOperation({
    summary: 'Returns the signatures with the most crashes, compared with the period before',
  })
  @ApiCrashQuery()
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: limits.min, maximum: limits.max, default: 50 },
  })
  @ApiOkResponse({ type: TopAnswer })
  @ApiProblem(...problems)
  async top(
    @UrlParameters() params: URLSearchParams,
    @ViewerOf() viewer: Viewer,
  ): Promise<TopAnswer> {
    const query = askedQuery(params, { ...readerOf(viewer), others: ['limit'] });
    const limit = wholeNumber(params, 'limit', [limits.min, limits.max], 50);
    if (typeof limit === 'string') throw new InvalidSearch([limit]);
    if (isAnyProtected(query.conditions)) this.audit.protectedRead(viewer, 'search');
    const top = await topCrashers(this.search, query, limit);
    return {
      ...top,
      crashers: top.crashers.map(({ firstSeen, ...one }) =>
        Object.assign(one, { firstSeen: iso(firstSeen) }),
      ),
    };
  }

  @Get('signature')
  @ApiOperation({
    summary: 'Returns what crashes of a signature have in common, and how they differ from others',
    description: 'Needs `signature`, once.',
  })
  @ApiCrashQuery()
  @ApiOkResponse({ type: SignatureAnswer })
  @ApiProblem(...problems, HttpStatus.NOT_FOUND)
  async signature(
    @UrlParameters() params: URLSearchParams,
    @ViewerOf() viewer: Viewer,
  ): Promise<SignatureAnswer> {
    const query = askedQuery(params, readerOf(viewer));
    const signature = signatureOf(query);
    if (signature === undefined)
      throw new InvalidSearch(['no signature is given: add signature=…, once']);
    const report = await signatureReport(this.search, query, signature, viewer);
    if (isAnyProtected([...query.conditions, ...report.annotations.found]))
      this.audit.protectedRead(viewer, 'signature');
    if (report.firstSeen === undefined) throw unknownSignature();
    return {
      ...report,
      firstSeen: iso(report.firstSeen),
      latest: report.latest.map(({ date, ...crash }) => Object.assign(crash, { date: iso(date) })),
    };
  }
}

function unknownSignature(): ProblemException {
  return new ProblemException({
    title: 'No such signature',
    status: HttpStatus.NOT_FOUND,
    detail: 'the index has no crash with this signature',
  });
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

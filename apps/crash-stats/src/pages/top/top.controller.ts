import { Controller, Get, Header, Inject, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

import { type CrashSearch, queryParameters } from '#antenna/crash-index';
import { html, ProblemException } from '#antenna/web-page';

import { ViewerOf } from '../../access/access.guard.js';
import { AuditService } from '../../access/audit.service.js';
import type { Viewer } from '../../access/viewer.js';
import { CRASH_SEARCH } from '../../dependencies.js';
import { emptyState } from '../../layout/empty-state.js';
import { page } from '../../layout/page.js';
import { askedParameters, askedQuery } from '../../search/asked-query.js';
import { isAnyProtected } from '../../statistics/correlations.js';
import { topCrashers } from '../../statistics/top-crashers.js';
import { conditionList } from '../condition-list.js';
import { choicesOf, limits, topForm, unselected } from './top-form.js';
import { topTable } from './top-table.js';

/** The signatures with the most crashes. At most five requests to the index for each page. */
@ApiExcludeController()
@Controller('top')
export class TopController {
  constructor(
    @Inject(CRASH_SEARCH) private readonly search: CrashSearch,
    private readonly audit: AuditService,
  ) {}

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  async page(@ViewerOf() viewer: Viewer, @Req() { url }: FastifyRequest): Promise<string> {
    const now = Date.now();
    const params = askedParameters(url);
    const mayUseProtected = viewer.may('protected');
    const query = askedQuery(params, { now, mayUseProtected, others: ['limit'] });
    const limit = limitIn(params);
    const [top, choices] = await Promise.all([
      topCrashers(this.search, query, limit),
      choicesOf(this.search, query),
    ]);
    if (isAnyProtected(query.conditions)) this.audit.protectedRead(viewer, 'search');
    const parameters = queryParameters(query, now).toString();
    const content = html`${topForm(query, choices, limit, now)}
      ${conditionList('/top', query, unselected(query), { limit: String(limit) }, now)}
      ${
        top.total === 0
          ? emptyState(
              'No crashes',
              html`<p>
                Nothing fits. Choose a longer time, or
                <a href="/top?days=90">all of the last 90 days</a>.
              </p>`,
            )
          : topTable(top, query, now)
      }
      <p>
        <a href="/search?${parameters}">These crashes in search</a> ·
        <a href="/v1/top?${parameters}&limit=${limit}">This table as JSON</a>
      </p>`;
    return page(viewer, { title: 'Top crashers', active: 'top', content });
  }
}

function limitIn(params: URLSearchParams): number {
  const asked = params.get('limit') ?? String(limits[0]);
  const limit = limits.find((one) => String(one) === asked);
  if (limit !== undefined) return limit;
  throw new ProblemException({
    title: 'The query cannot be used',
    status: 400,
    detail: `limit is ${JSON.stringify(asked.slice(0, 60))}: use one of ${limits.join(', ')}`,
  });
}

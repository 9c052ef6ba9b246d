import { Readable } from 'node:stream';

import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';

import { CrashIndexError, maxWindow } from '#antenna/crash-index';
import { type Html, html } from '#antenna/web-page';

import { ViewerOf } from '../../access/access.guard.js';
import type { Viewer } from '../../access/viewer.js';
import { page } from '../../layout/page.js';
import { csvOf } from '../../search/csv.js';
import {
  defaultFacets,
  type ParsedSearch,
  parseSearch,
  readerOf,
} from '../../search/search-request.js';
import { SearchService } from '../../search/search.service.js';
import { InvalidSearch } from '../../search/invalid-search.js';
import { UrlParameters } from '../../search/url-parameters.js';
import { linkOfForm } from './form-parameters.js';
import { searchForm } from './search-form.js';
import { searchResults } from './search-results.js';

const facetValues = 5;

@ApiExcludeController()
@Controller()
export class SearchController {
  constructor(private readonly search: SearchService) {}

  @Get('search')
  async show(
    @UrlParameters() params: URLSearchParams,
    @ViewerOf() viewer: Viewer,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const link = linkOfForm(params);
    if (link) {
      await reply.redirect(`/search?${link.toString()}`, HttpStatus.SEE_OTHER);
      return;
    }
    const sizes = { facets: defaultFacets, size: 50, maxSize: 500 };
    const parsed = parseSearch(params, { ...readerOf(viewer), ...sizes });
    const { results, problems } = await this.resultsOf(parsed, params, viewer);
    const content = html`${searchForm(params, problems, viewer.may('protected'))} ${results}`;
    await reply
      .status(problems.length > 0 ? HttpStatus.BAD_REQUEST : HttpStatus.OK)
      .type('text/html; charset=utf-8')
      .send(page(viewer, { title: 'Search', active: 'search', content }));
  }

  /** All crashes that the pages can show, in one file. */
  @Get('search.csv')
  async csv(
    @UrlParameters() params: URLSearchParams,
    @ViewerOf() viewer: Viewer,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const sizes = { facets: [], size: maxWindow, maxSize: maxWindow };
    const { request, problems } = parseSearch(params, { ...readerOf(viewer), ...sizes });
    if (!request) throw new InvalidSearch(problems);
    const parts = await this.search.findAll(viewer, request);
    const today = new Date().toISOString().slice(0, 10);
    await reply
      .header('content-disposition', `attachment; filename="crashes-${today}.csv"`)
      .type('text/csv; charset=utf-8')
      .send(Readable.from(csvOf(parts, request.columns)));
  }

  private async resultsOf(
    { request, problems }: ParsedSearch,
    params: URLSearchParams,
    viewer: Viewer,
  ): Promise<{ readonly results?: Html; readonly problems: readonly string[] }> {
    if (!request) return { problems };
    try {
      const found = await this.search.find(viewer, request, facetValues);
      return { results: searchResults(found, request, params), problems };
    } catch (error) {
      if (error instanceof CrashIndexError && !error.retryable && error.code !== 'damaged')
        return { problems: [error.message] };
      throw error;
    }
  }
}

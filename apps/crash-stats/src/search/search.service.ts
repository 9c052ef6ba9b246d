import { Inject, Injectable } from '@nestjs/common';

import type { CrashSearch, FieldName, IndexedFacts } from '#antenna/crash-index';

import { AuditService } from '../access/audit.service.js';
import type { Viewer } from '../access/viewer.js';
import { CRASH_SEARCH } from '../dependencies.js';
import { usesProtected, type SearchRequest } from './search-request.js';

export interface Facet {
  readonly field: FieldName;
  /** How many values there are; a close estimate where there are thousands. */
  readonly valueCount: number;
  /** The most frequent ones first. */
  readonly values: readonly { readonly value: string; readonly count: number }[];
}

export interface FoundCrashes {
  /** How many crashes fit, of which the window shows a part. */
  readonly total: number;
  readonly crashes: readonly IndexedFacts[];
  readonly facets: readonly Facet[];
}

const partSize = 500;

@Injectable()
export class SearchService {
  constructor(
    @Inject(CRASH_SEARCH) private readonly search: CrashSearch,
    private readonly audit: AuditService,
  ) {}

  /**
   * Searches for a viewer. The use of protected fields is an audit line.
   * @param facetValues how many values of each facet to return
   * @throws {CrashIndexError}
   */
  async find(viewer: Viewer, request: SearchRequest, facetValues: number): Promise<FoundCrashes> {
    if (usesProtected(request)) this.audit.protectedRead(viewer, 'search');
    const { query, facets, window } = request;
    const requests = facets.map((by) => ({ by, limit: facetValues }));
    const [found, counted] = await Promise.all([
      this.search.search(query, window),
      requests.length === 0 ? { groups: [] } : this.search.groups(query, requests),
    ]);
    return {
      ...found,
      facets: facets.map((field, index) => {
        const { groups = [], groupCount = 0 } = counted.groups[index] ?? {};
        const values = groups.map(({ value, count }) => ({ value, count }));
        return { field, valueCount: groupCount, values };
      }),
    };
  }

  /**
   * The crashes of a search in parts that fit into memory: each can have thousands of names of modules. The first part has
   * been found when it returns.
   * @throws {CrashIndexError}
   */
  async findAll(
    viewer: Viewer,
    request: SearchRequest,
  ): Promise<AsyncIterable<readonly IndexedFacts[]>> {
    if (usesProtected(request)) this.audit.protectedRead(viewer, 'search');
    const { search } = this;
    const { query, window } = request;
    const end = window.from + window.size;
    const partAt = async (from: number) =>
      await search.search(query, { ...window, from, size: Math.min(partSize, end - from) });
    const first = await partAt(window.from);
    return (async function* parts() {
      yield first.crashes;
      const last = Math.min(end, first.total);
      for (let from = window.from + partSize; from < last; from += partSize)
        yield (await partAt(from)).crashes;
    })();
  }
}

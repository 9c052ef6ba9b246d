/** How the contract of indexes uses the one under test. */
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type { FieldName, IndexedFacts } from './crash-fields.js';
import type { Condition, CrashQuery, GroupRequest, Groups, ResultWindow } from './crash-query.js';
import type { CrashFeed, CrashSearch } from './crash-search.js';

export interface IndexUnderTest {
  readonly feed: CrashFeed;
  readonly search: CrashSearch;
  /** What was put and removed before can be found then. */
  refresh(): Promise<void>;
  /** Removes all crashes. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

export const hour = 3_600_000;
export const noon = Date.UTC(2026, 10, 20, 12);
export const all: CrashQuery = {
  since: noon - 24 * hour,
  until: noon + 24 * hour,
  conditions: [],
};
export const byId: ResultWindow = {
  sort: { field: 'crash_id', descending: false },
  from: 0,
  size: 100,
};

export function where(
  field: FieldName,
  operator: Condition['operator'],
  ...values: string[]
): Condition {
  return { field, operator, values };
}

/** One index for all tests of a suite, empty before each. */
export class IndexProbe {
  private index: IndexUnderTest | undefined;

  constructor(open: () => Promise<IndexUnderTest>) {
    beforeAll(async () => {
      this.index = await open();
    });
    beforeEach(() => this.opened.empty());
    afterAll(() => this.index?.close());
  }

  get search(): CrashSearch {
    return this.opened.search;
  }

  get feed(): CrashFeed {
    return this.opened.feed;
  }

  async refresh(): Promise<void> {
    await this.opened.refresh();
  }

  async put(...crashes: readonly IndexedFacts[]): Promise<void> {
    await this.feed.put(crashes, noon);
    await this.refresh();
  }

  async foundBy(query: CrashQuery, window: ResultWindow = byId): Promise<string[]> {
    const { crashes } = await this.search.search(query, window);
    return crashes.map(({ signature }) => signature);
  }

  /** The signatures that conditions find, sorted. */
  async found(...conditions: readonly Condition[]): Promise<string[]> {
    return (await this.foundBy({ ...all, conditions })).toSorted();
  }

  async groups(
    request: GroupRequest,
    conditions: readonly Condition[] = [],
  ): Promise<Groups & { readonly total: number }> {
    const { total, groups } = await this.search.groups({ ...all, conditions }, [request]);
    return { total, groupCount: 0, groups: [], ...groups[0] };
  }

  private get opened(): IndexUnderTest {
    if (!this.index) throw new Error('the index is not open');
    return this.index;
  }
}

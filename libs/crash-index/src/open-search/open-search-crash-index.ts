import { checkedQuery, checkGroups, checkWindow } from '../checked-query.js';
import type { IndexedFacts } from '../crash-fields.js';
import { CrashIndexError } from '../crash-index-error.js';
import type { CrashQuery, GroupRequest, Groups, ResultWindow } from '../crash-query.js';
import { maxWindow } from '../crash-query.js';
import type { CrashFeed, CrashSearch } from '../crash-search.js';
import type { PutEntry } from '../write-batches.js';
import {
  OpenSearchConnection,
  type OpenSearchOptions,
  type OpenSearchRequest,
} from './connection.js';
import { type CrashDocument, documentOf, factsOf, indexSettings, mappings } from './document.js';
import { type Aggregations, groupsBody, groupsIn } from './groups.js';
import { type Clause, clauseOf } from './query.js';
import { endOfWeek, weekOf } from './week.js';

/** Documents of one request. */
const batchSize = 500;
/** A newer document stays, and what is gone is gone. */
const harmless: ReadonlySet<number> = new Set([404, 409]);

interface Hit {
  readonly _index: string;
  readonly _id: string;
  readonly _source: CrashDocument;
}

interface SearchAnswer {
  readonly timed_out: boolean;
  readonly _shards: { readonly failed: number };
  readonly hits: { readonly total?: { readonly value: number }; readonly hits: readonly Hit[] };
  readonly aggregations?: Aggregations;
}

/** An index of one week. */
export interface WeekIndex {
  readonly name: string;
  readonly crashes: number;
  readonly bytes: number;
}

/**
 * Processed crashes in OpenSearch: an index for each week of receipt, which are read through one alias. The version of a
 * document is the time when its processed crash was read or written, so that the newest one stays, whoever writes last.
 */
export class OpenSearchCrashIndex implements CrashSearch, CrashFeed {
  private prepared: Promise<void> | undefined;
  private readonly connection: OpenSearchConnection;
  private readonly prefix: string;
  private readonly shards: number;

  /** Sends no request, so that a service can start while OpenSearch is away. */
  constructor(options: OpenSearchOptions) {
    this.connection = new OpenSearchConnection(options);
    this.prefix = options.prefix;
    this.shards = options.shards ?? 1;
  }

  async find(crashId: string): Promise<IndexedFacts | undefined> {
    const { hits } = await this.searchFor({ query: ids([crashId]), size: 1 });
    return hits.hits.map(({ _source: source }) => factsOf(source))[0];
  }

  async search(query: CrashQuery, window: ResultWindow) {
    checkWindow(window);
    const { sort, from, size } = window;
    const { hits } = await this.searchFor({
      query: clauseOf(checkedQuery(query)),
      from,
      size,
      track_total_hits: true,
      sort: [
        { [sort.field]: { order: sort.descending ? 'desc' : 'asc' } },
        { crash_id: { order: 'asc' } },
      ],
    });
    return {
      total: hits.total?.value ?? 0,
      crashes: hits.hits.map(({ _source: source }) => factsOf(source)),
    };
  }

  async groups(query: CrashQuery, requests: readonly GroupRequest[]) {
    checkGroups(requests);
    const body = groupsBody(checkedQuery(query), requests);
    const { hits, aggregations } = await this.searchFor(body);
    const groups: readonly Groups[] = groupsIn(aggregations, query, requests);
    return { total: hits.total?.value ?? 0, groups };
  }

  async firstSeen(signatures: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (signatures.length === 0) return new Map();
    const { aggregations } = await this.searchFor({
      size: 0,
      query: { terms: { signature: signatures } },
      aggs: {
        signatures: {
          terms: { field: 'signature', size: signatures.length, include: signatures },
          aggs: { first: { min: { field: 'date' } }, last: { max: { field: 'date' } } },
        },
      },
    });
    const buckets = aggregations?.['signatures']?.buckets ?? [];
    return new Map(buckets.map(({ key, first }) => [String(key), first.value ?? 0]));
  }

  async check(): Promise<void> {
    await this.searchFor({ size: 0, track_total_hits: false });
  }

  async put(crashes: readonly IndexedFacts[], at: number): Promise<void> {
    await this.putAll(crashes.map((facts) => ({ facts, at })));
  }

  /** Like `put`, with a time for each crash. */
  async putAll(entries: readonly PutEntry[]): Promise<void> {
    await this.prepare();
    try {
      for (const batch of batchesOf(entries)) await this.putBatch(batch);
    } catch (error) {
      // It may have lost its data.
      this.prepared = undefined;
      throw error;
    }
  }

  async remove(crashIds: readonly string[], before: number): Promise<void> {
    for (const batch of batchesOf(crashIds)) {
      await this.connection.request({ method: 'POST', path: `/${this.prefix}/_refresh` });
      const hits = await this.hitsOf(batch);
      await this.delete(hits.map(({ _index: name, _id: id }) => ({ name, id, before })));
    }
  }

  /** Deletes the indices of weeks that ended before this time, in epoch milliseconds. Returns their names. */
  async expire(before: number): Promise<readonly string[]> {
    const expired = (await this.weeks())
      .map(({ name }) => name)
      .filter((name) => {
        const end = endOfWeek(name.slice(this.prefix.length + 1));
        return end !== undefined && end <= before;
      });
    for (const name of expired)
      await this.connection.request({ method: 'DELETE', path: `/${encodeURIComponent(name)}` });
    return expired;
  }

  /** The indices, the oldest first. */
  async weeks(): Promise<readonly WeekIndex[]> {
    const found = await this.connection.request<readonly Record<string, string>[]>({
      method: 'GET',
      path: `/_cat/indices/${this.prefix}-*`,
      querystring: { format: 'json', bytes: 'b', h: 'index,docs.count,pri.store.size', s: 'index' },
    });
    return (found ?? []).map((row) => ({
      name: row['index'] ?? '',
      crashes: Number(row['docs.count'] ?? 0),
      bytes: Number(row['pri.store.size'] ?? 0),
    }));
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  private async searchFor(body: Clause): Promise<SearchAnswer> {
    const answer = await this.connection.request<SearchAnswer>({
      method: 'POST',
      path: `/${this.prefix}/_search`,
      querystring: { ignore_unavailable: true, allow_partial_search_results: false },
      body: { timeout: `${Math.ceil(this.connection.timeoutMs * 0.9)}ms`, ...body },
    });
    if (answer === undefined)
      return { timed_out: false, _shards: { failed: 0 }, hits: { hits: [] } };
    if (answer.timed_out)
      throw this.connection.error('unavailable', 'the query took too long; ask for less time');
    return answer;
  }

  /** The template, and the fields of this version in the indices that there are. Once, and again after a failure. */
  private async prepare(): Promise<void> {
    this.prepared ??= this.putTemplate();
    try {
      await this.prepared;
    } catch (error) {
      this.prepared = undefined;
      // No crash is at fault if the template is refused.
      const { message } = error as CrashIndexError;
      throw new CrashIndexError('unavailable', `${message}; its mappings cannot be set`);
    }
  }

  private async putTemplate(): Promise<void> {
    const { prefix, connection } = this;
    await connection.request({
      method: 'PUT',
      path: `/_index_template/${prefix}`,
      body: {
        index_patterns: [`${prefix}-*`],
        template: {
          settings: { ...indexSettings, number_of_shards: this.shards },
          mappings,
          aliases: { [prefix]: {} },
        },
      },
    });
    await connection.request({
      method: 'PUT',
      path: `/${prefix}-*/_mapping`,
      querystring: { allow_no_indices: true },
      body: mappings,
    });
  }

  private async putBatch(entries: readonly PutEntry[]): Promise<void> {
    const targets = new Map(
      entries.map(({ facts, at }) => [facts.crash_id, { name: this.indexOf(facts), at }]),
    );
    await this.bulk(
      entries.flatMap(({ facts, at }) => [
        { index: versioned(this.indexOf(facts), facts.crash_id, at, 'external_gte') },
        documentOf(facts),
      ]),
    );
    // A crash that was submitted again with the same id may have been received in another week.
    const copies = await this.hitsOf([...targets.keys()]);
    await this.delete(
      copies.flatMap(({ _index: name, _id: id }) => {
        const target = targets.get(id);
        return target && target.name !== name ? [{ name, id, before: target.at }] : [];
      }),
    );
  }

  private indexOf({ date }: IndexedFacts): string {
    return `${this.prefix}-${weekOf(date)}`;
  }

  /** In all weeks. */
  private async hitsOf(crashIds: readonly string[]): Promise<readonly Hit[]> {
    const body = { query: ids(crashIds), size: maxWindow, _source: false };
    return (await this.searchFor(body)).hits.hits;
  }

  private async delete(
    entries: readonly { readonly name: string; readonly id: string; readonly before: number }[],
  ): Promise<void> {
    if (entries.length === 0) return;
    const lines = entries.map(({ name, id, before }) => ({
      delete: versioned(name, id, before, 'external'),
    }));
    await this.bulk(lines, { refresh: true });
  }

  private async bulk(
    lines: readonly object[],
    querystring: OpenSearchRequest['querystring'] = {},
  ): Promise<void> {
    const answer = await this.connection.request<{
      readonly items: readonly Readonly<
        Record<string, { readonly status: number; readonly error?: { readonly type: string } }>
      >[];
    }>({ method: 'POST', path: '/_bulk', querystring, lines });
    const failures = (answer?.items ?? []).flatMap((item) =>
      Object.values(item).filter(({ error, status }) => error && !harmless.has(status)),
    );
    const [failure] = failures;
    if (!failure) return;
    throw this.connection.error(
      failures.every(({ status }) => status === 400) ? 'refused' : 'unavailable',
      `${failures.length} of ${answer?.items.length ?? 0} writes failed: status ${failure.status} ${failure.error?.type ?? ''}`,
    );
  }
}

/** A newer document stays: its write fails with a conflict. */
function versioned(index: string, id: string, version: number, type: string): object {
  return { _index: index, _id: id, version, version_type: type };
}

function ids(values: readonly string[]): Clause {
  return { ids: { values } };
}

function* batchesOf<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += batchSize)
    yield items.slice(start, start + batchSize);
}

import type { CrashQuery, Group, GroupRequest, Groups } from '../crash-query.js';
import { type Clause, clauseOf } from './query.js';

/** Below this number of values, they are counted exactly. */
const exactValues = 3000;
/** Of the field `within`, in each group: it costs eight bytes for each. */
const exactWithin = 1000;
/** Values in a group of the field `within`. */
const withinLimit = 10;
/** Candidates of each index beyond the limit: a value that is rare in one week may be frequent in another. */
const moreCandidates = 1000;

/** One request for all groups. */
export function groupsBody(query: CrashQuery, requests: readonly GroupRequest[]): Clause {
  const aggregations = requests.flatMap((request, index) => [
    [`groups${index}`, groupAggregation(query, request)] as const,
    [`count${index}`, cardinality(request.by, exactValues)] as const,
  ]);
  return {
    size: 0,
    track_total_hits: true,
    query: clauseOf(query),
    aggs: Object.fromEntries(aggregations),
  };
}

function groupAggregation(query: CrashQuery, { by, limit, buckets, within }: GroupRequest): Clause {
  return {
    terms: { field: by, size: limit, shard_size: limit + moreCandidates },
    aggs: {
      first: { min: { field: 'date' } },
      last: { max: { field: 'date' } },
      ...(buckets !== undefined && {
        parts: {
          histogram: {
            field: 'date',
            interval: partLength(query, buckets),
            offset: query.since % partLength(query, buckets),
            min_doc_count: 1,
          },
        },
      }),
      ...(within !== undefined && {
        within: { terms: { field: within, size: withinLimit, shard_size: moreCandidates } },
        withinCount: cardinality(within, exactWithin),
      }),
    },
  };
}

function cardinality(field: string, exact: number): Clause {
  return { cardinality: { field, precision_threshold: exact } };
}

function partLength({ since, until }: CrashQuery, buckets: number): number {
  return Math.max(1, Math.ceil((until - since) / buckets));
}

interface Bucket {
  readonly key: string | number;
  readonly doc_count: number;
  readonly first: { readonly value: number | null };
  readonly last: { readonly value: number | null };
  readonly parts?: { readonly buckets: readonly Bucket[] };
  readonly within?: { readonly buckets: readonly Bucket[] };
  readonly withinCount?: { readonly value: number };
}

/** What OpenSearch answers to {@link groupsBody}. */
export type Aggregations = Readonly<
  Record<string, { readonly buckets?: readonly Bucket[]; readonly value?: number } | undefined>
>;

/** @param found undefined without any index */
export function groupsIn(
  found: Aggregations | undefined,
  query: CrashQuery,
  requests: readonly GroupRequest[],
): readonly Groups[] {
  return requests.map((request, index) => ({
    groups: (found?.[`groups${index}`]?.buckets ?? []).map((bucket) =>
      groupIn(bucket, query, request),
    ),
    groupCount: found?.[`count${index}`]?.value ?? 0,
  }));
}

function groupIn(bucket: Bucket, query: CrashQuery, { buckets = 0 }: GroupRequest): Group {
  const counts = Array.from({ length: buckets }, () => 0);
  for (const { key, doc_count: count } of bucket.parts?.buckets ?? [])
    counts[Math.floor((Number(key) - query.since) / partLength(query, buckets))] = count;
  return {
    value: String(bucket.key),
    count: bucket.doc_count,
    firstSeen: bucket.first.value ?? 0,
    lastSeen: bucket.last.value ?? 0,
    buckets: counts,
    within: (bucket.within?.buckets ?? []).map(({ key, doc_count: count }) => ({
      value: String(key),
      count,
    })),
    withinCount: bucket.withinCount?.value ?? 0,
  };
}

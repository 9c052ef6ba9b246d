import type {
  Condition,
  CrashQuery,
  CrashSearch,
  FieldName,
  Group,
  IndexedFacts,
} from '#antenna/crash-index';
import type { Viewer } from '../access/viewer.js';
import { barsOf } from './bars.js';
import {
  type Correlations,
  correlations,
  fieldsToCompare,
  moduleCorrelations,
} from './correlations.js';

/** Fields by which the crashes of a signature are counted. */
const signatureFacets = [
  'product',
  'version',
  'release_channel',
  'process_type',
  'os_name',
  'cpu_arch',
  'uptime_range',
] as const satisfies readonly FieldName[];

const facetValues = 10;
const latestCrashes = 20;
/** Chance explains less than 13 points of a difference between two samples of this size. */
const sampleSize = 500;

export interface SignatureReport {
  readonly signature: string;
  readonly total: number;
  /** Of all that the index has; undefined if it has no crash of the signature. */
  readonly firstSeen?: number;
  readonly bars: readonly number[];
  readonly facets: readonly SignatureFacet[];
  /** The newest first. */
  readonly latest: readonly LatestCrash[];
  /** The product whose crashes are compared, the most frequent of the signature; absent without a crash. */
  readonly comparedProduct?: string;
  readonly annotations: Correlations;
  readonly modules: Correlations & { readonly os: string | null };
}

/** Nothing protected is in it. */
type LatestCrash = ReturnType<typeof latestOf>;

interface SignatureFacet {
  readonly field: FieldName;
  readonly valueCount: number;
  /** The most frequent ones first. */
  readonly values: readonly Pick<Group, 'value' | 'count'>[];
}

/** The one signature that a query asks for. */
export function signatureOf({ conditions }: CrashQuery): string | undefined {
  const [named, ...more] = conditions.filter(({ field }) => field === 'signature');
  if (named?.operator !== 'is' || more.length > 0 || named.values.length !== 1) return undefined;
  return named.values[0];
}

/**
 * What crashes of a signature have in common. Needs five requests to the index, in two rounds.
 * @param query with the signature, see {@link signatureOf}
 */
export async function signatureReport(
  search: CrashSearch,
  query: CrashQuery,
  signature: string,
  viewer: Viewer,
): Promise<SignatureReport> {
  const [counted, latest, firstSeen] = await Promise.all([
    search.groups(query, [
      { by: 'signature', limit: 1, buckets: barsOf(query).count },
      ...signatureFacets.map((by) => ({ by, limit: facetValues })),
    ]),
    search.search(query, {
      sort: { field: 'date', descending: true },
      from: 0,
      size: latestCrashes,
    }),
    search.firstSeen([signature]),
  ]);
  const [overTime, ...facets] = counted.groups;
  const first = firstSeen.get(signature);
  const product = facets[0]?.groups[0]?.value;
  const samples = await samplesOf(search, query, signature, product);
  return {
    signature,
    total: counted.total,
    ...(first !== undefined && { firstSeen: first }),
    bars: overTime?.groups[0]?.buckets ?? [],
    facets: facets.map(({ groups, groupCount }, index) => ({
      field: signatureFacets[index] ?? 'product',
      valueCount: groupCount,
      values: groups.map(({ value, count }) => ({ value, count })),
    })),
    latest: latest.crashes.map((crash) => latestOf(crash)),
    ...(product !== undefined && { comparedProduct: product }),
    annotations: correlations(...samples, fieldsToCompare(viewer.may('protected'))),
    modules: moduleCorrelations(...samples),
  };
}

/** Crashes of the signature, and crashes of the same query that have another one. Crash ids are random. */
async function samplesOf(
  search: CrashSearch,
  { since, until, conditions }: CrashQuery,
  signature: string,
  product: string | undefined,
): Promise<[readonly IndexedFacts[], readonly IndexedFacts[]]> {
  if (product === undefined) return [[], []];
  const same = conditions.filter(({ field }) => field !== 'signature' && field !== 'product');
  const sample = async (operator: 'is' | 'is_not'): Promise<readonly IndexedFacts[]> => {
    const which: Condition[] = [
      { field: 'product', operator: 'is', values: [product] },
      { field: 'signature', operator, values: [signature] },
    ];
    const found = await search.search(
      { since, until, conditions: [...same, ...which] },
      { sort: { field: 'crash_id', descending: false }, from: 0, size: sampleSize },
    );
    return found.crashes;
  };
  return await Promise.all([sample('is'), sample('is_not')]);
}

function latestOf(crash: IndexedFacts) {
  const { crash_id, date, product, version, os_name, process_type, uptime, reason } = crash;
  return { crash_id, date, product, version, os_name, process_type, uptime, reason };
}

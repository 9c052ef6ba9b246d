import { crashFields, type FieldName, type IndexedFacts, mayUse } from '#antenna/crash-index';

/** Crashes of the signature with a value: fewer show nothing. */
export const leastSupport = 5;
/** Difference of the shares: smaller ones do not help to find a cause. */
export const leastDifference = 0.2;
/** Difference in standard errors: thousands of values are compared, and chance alone gives some of them 3. */
export const leastSignificance = 4;
const mostCorrelations = 50;

/** A value that crashes of a signature have more often than others. */
interface Correlation {
  readonly field: FieldName;
  readonly value: string;
  /** Crashes with the value. */
  readonly support: number;
  readonly supportInRest: number;
  /** From 0 to 1. */
  readonly share: number;
  readonly shareInRest: number;
  /** `share / shareInRest`; null if no other crash has the value. */
  readonly lift: number | null;
}

export interface Correlations {
  /** Compared crashes of the signature, and of the others. */
  readonly sample: number;
  readonly rest: number;
  /** The largest differences first. */
  readonly found: readonly Correlation[];
}

/** What describes the crash itself, or is the same in both samples. */
const notCompared: ReadonlySet<FieldName> = new Set([
  'crash_id',
  'signature',
  'product',
  'modules',
]);

/** All fields with words, but modules. */
export function fieldsToCompare(mayUseProtected: boolean): FieldName[] {
  return (Object.keys(crashFields) as FieldName[]).filter(
    (name) =>
      mayUse(name, mayUseProtected) &&
      crashFields[name].kind === 'keyword' &&
      !notCompared.has(name),
  );
}

/** Whether conditions or correlations are of protected fields: to use them is a look at protected data. */
export function isAnyProtected(parts: readonly { readonly field: FieldName }[]): boolean {
  return parts.some(({ field }) => !mayUse(field, false));
}

export function correlations(
  sample: readonly IndexedFacts[],
  rest: readonly IndexedFacts[],
  fields: readonly FieldName[],
): Correlations {
  const found = fields.flatMap((field) => {
    const inRest = countValues(rest, field);
    return [...countValues(sample, field)].flatMap(([value, support]) => {
      const one = compare(support, sample.length, inRest.get(value) ?? 0, rest.length);
      return one === undefined ? [] : [{ field, value, ...one }];
    });
  });
  return {
    sample: sample.length,
    rest: rest.length,
    found: found
      .toSorted((a, b) => b.share - b.shareInRest - (a.share - a.shareInRest))
      .slice(0, mostCorrelations),
  };
}

/**
 * Modules, among crashes of the OS that the signature has most often: otherwise, each library of that OS would be one.
 */
export function moduleCorrelations(
  sample: readonly IndexedFacts[],
  rest: readonly IndexedFacts[],
): Correlations & { readonly os: string | null } {
  const counts = [...countValues(sample, 'os_name')].toSorted(([, a], [, b]) => b - a);
  const os = counts[0]?.[0] ?? null;
  const ofOs = ({ os_name: name }: IndexedFacts): boolean => name === os;
  return { os, ...correlations(sample.filter(ofOs), rest.filter(ofOs), ['modules']) };
}

function compare(
  support: number,
  size: number,
  supportInRest: number,
  restSize: number,
): Omit<Correlation, 'field' | 'value'> | undefined {
  if (support < leastSupport || restSize === 0) return undefined;
  const share = support / size;
  const shareInRest = supportInRest / restSize;
  const difference = share - shareInRest;
  const shareOfAll = (support + supportInRest) / (size + restSize);
  const error = Math.sqrt(shareOfAll * (1 - shareOfAll) * (1 / size + 1 / restSize));
  if (difference < leastDifference || difference < leastSignificance * error) return undefined;
  const lift = supportInRest === 0 ? null : share / shareInRest;
  return { support, supportInRest, share, shareInRest, lift };
}

function countValues(crashes: readonly IndexedFacts[], field: FieldName): Map<string, number> {
  const counts = new Map<string, number>();
  for (const crash of crashes) {
    const value = crash[field];
    // A value counts once for a crash.
    const values = typeof value === 'object' && value !== null ? new Set(value) : [value];
    for (const one of values)
      if (typeof one === 'string') counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  return counts;
}

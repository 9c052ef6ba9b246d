import type { LifecycleRule } from '@aws-sdk/client-s3';

/** What lifecycle rules do with the objects below a prefix. Undefined: nothing, for ever. */
export interface Expiry {
  /** Days until a rule deletes some of them; 0 if it names a date. */
  readonly someDays: number | undefined;
  /** Days until a rule deletes all of them. */
  readonly allDays: number | undefined;
  /** Days until a rule deletes all old versions. */
  readonly oldVersionDays: number | undefined;
}

export function expiryOf(rules: readonly LifecycleRule[], prefix: string): Expiry {
  const enabled = rules.filter(({ Status: status }) => status === 'Enabled');
  const forSome = enabled.filter((rule) => overlaps(rule, prefix));
  const forAll = forSome.filter(
    (rule) => prefix.startsWith(prefixOf(rule)) && !selectsBySize(rule),
  );
  return {
    someDays: shortest(forSome.map(daysOf)),
    allDays: shortest(forAll.map(daysOf)),
    oldVersionDays: shortest(
      forAll.map(({ NoncurrentVersionExpiration: old }) => old?.NoncurrentDays),
    ),
  };
}

/** Rules that select by tags concern no object: Antenna sets no tags. */
function overlaps(rule: LifecycleRule, prefix: string): boolean {
  const { Filter: filter } = rule;
  if (filter?.Tag ?? filter?.And?.Tags?.length) return false;
  const selected = prefixOf(rule);
  return selected.startsWith(prefix) || prefix.startsWith(selected);
}

/** `Prefix` of the rule itself is the older form. */
function prefixOf({ Filter: filter, Prefix: old }: LifecycleRule): string {
  return filter?.Prefix ?? filter?.And?.Prefix ?? old ?? '';
}

function selectsBySize({ Filter: filter }: LifecycleRule): boolean {
  const limits = [filter, filter?.And].flatMap((one) => [
    one?.ObjectSizeGreaterThan,
    one?.ObjectSizeLessThan,
  ]);
  return limits.some((limit) => limit !== undefined);
}

function daysOf({ Expiration: { Days: days, Date: date } = {} }: LifecycleRule) {
  return date ? 0 : days;
}

function shortest(days: readonly (number | undefined)[]): number | undefined {
  const known = days.filter((count) => count !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

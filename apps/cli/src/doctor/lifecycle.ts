import type { LifecycleRule } from '@aws-sdk/client-s3';

/** What lifecycle rules do with the objects below a prefix. */
export interface Expiry {
  /** Days until the first rule deletes an object; undefined if none does, 0 if a rule names a date. */
  readonly days: number | undefined;
  /** Days that an old version is kept; undefined for ever. */
  readonly oldVersionDays: number | undefined;
}

/** Rules that select by tags are left out: Antenna sets none. */
export function expiryOf(rules: readonly LifecycleRule[], prefix: string): Expiry {
  const applied = rules.filter((rule) => rule.Status === 'Enabled' && appliesTo(rule, prefix));
  return {
    days: shortest(applied.map(({ Expiration: { Days, Date: date } = {} }) => (date ? 0 : Days))),
    oldVersionDays: shortest(
      applied.map(({ NoncurrentVersionExpiration: old }) => old?.NoncurrentDays),
    ),
  };
}

/** Also to a part of the objects. */
function appliesTo({ Filter: filter, Prefix: old }: LifecycleRule, prefix: string): boolean {
  if (filter?.Tag ?? filter?.And?.Tags?.length) return false;
  const selected = filter?.Prefix ?? filter?.And?.Prefix ?? old ?? '';
  return selected.startsWith(prefix) || prefix.startsWith(selected);
}

function shortest(days: readonly (number | undefined)[]): number | undefined {
  const known = days.filter((count) => count !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

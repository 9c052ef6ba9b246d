import type { StoredCrashes } from '#antenna/stored-crashes';
import type { CrashFilter } from './crash-filter.js';
import type { ChangeRun } from './change-crashes.js';

type Source = Pick<ChangeRun, 'count' | 'crashIds'>;

/** All crashes of the days of a filter. */
export function crashesOfDays(crashes: StoredCrashes, { range }: CrashFilter): Source {
  return {
    async *crashIds(after) {
      const first = after === undefined ? range.since : dateOf(after);
      for await (const date of crashes.dates({ ...range, since: first }))
        yield* crashes.crashIds(date, { after: date === first ? after : undefined });
    },
    async count() {
      let count = 0;
      for await (const date of crashes.dates(range))
        for await (const _ of crashes.crashIds(date)) count += 1;
      return count;
    },
  };
}

/** These crashes, stored or not. */
export function namedCrashes(crashIds: readonly string[]): Source {
  const ids = [...new Set(crashIds)].toSorted(byDateAndId);
  return {
    async *crashIds(after) {
      yield* after === undefined ? ids : ids.filter((id) => byDateAndId(id, after) > 0);
    },
    count: async () => ids.length,
  };
}

/** The order of listings. */
function byDateAndId(a: string, b: string): number {
  const [left, right] = [dateOf(a) + a, dateOf(b) + b];
  return left < right ? -1 : Number(left > right);
}

/** The day in a crash id, `YYYYMMDD`. */
function dateOf(crashId: string): string {
  return `20${crashId.slice(-6)}`;
}

import type { CrashQuery, CrashSearch } from '#antenna/crash-index';
import { maxWindow } from '#antenna/crash-index';
import { startOfDay } from '../days.js';

const dayMs = 86_400_000;
/** A query has at most 400 days. A client may choose an id with another day than that of receipt. */
const reachMs = 199 * dayMs;
const pageSize = 500;
const hex = Array.from('0123456789abcdef');

/** The ids of a day, by how they begin: those of a part fit in a result window. */
export interface IdsOfPart {
  readonly prefix: string;
  readonly crashIds: readonly string[];
}

/**
 * The ids in an index that have this day, in parts, in order.
 * @param day `YYYYMMDD`
 * @throws CrashIndexError
 */
export async function* indexedIds(
  search: CrashSearch,
  day: string,
  prefix = '',
): AsyncGenerator<IdsOfPart> {
  const start = startOfDay(day).getTime();
  const query: CrashQuery = {
    since: start - reachMs,
    until: start + reachMs,
    conditions: [
      { field: 'crash_id', operator: 'matches', values: [`^${prefix}.*${day.slice(2)}$`] },
    ],
  };
  const sort = { field: 'crash_id', descending: false } as const;
  const crashIds: string[] = [];
  for (let total = 1; crashIds.length < total;) {
    const page = await search.search(query, { sort, from: crashIds.length, size: pageSize });
    ({ total } = page);
    if (total > maxWindow) {
      for (const digit of hex) yield* indexedIds(search, day, prefix + digit);
      return;
    }
    // It may have lost some meanwhile.
    if (page.crashes.length === 0) break;
    crashIds.push(...page.crashes.map(({ crash_id: id }) => id));
  }
  yield { prefix, crashIds };
}

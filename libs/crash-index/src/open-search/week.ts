const dayMs = 24 * 60 * 60 * 1000;
const weekMs = 7 * dayMs;
/** The first Monday of the epoch. */
const firstMonday = 4 * dayMs;
const first = Date.UTC(2000, 0, 3);
const last = Date.UTC(2100, 0, 3);

/** The ISO week of a time, as `YYYY.ww`. Times before 2000 and after 2099 are taken as those. */
export function weekOf(time: number): string {
  const bounded = Math.min(Math.max(time, first), last);
  const monday = bounded - ((((bounded - firstMonday) % weekMs) + weekMs) % weekMs);
  // The year of a week is that of its Thursday.
  const thursday = new Date(monday + 3 * dayMs);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / weekMs);
  return `${year}.${String(week).padStart(2, '0')}`;
}

/** When a week ends, in epoch milliseconds; undefined if it is not `YYYY.ww`. */
export function endOfWeek(week: string): number | undefined {
  const [, year, number] = /^(\d{4})\.(\d\d)$/.exec(week) ?? [];
  if (year === undefined || number === undefined) return undefined;
  // The fourth of January is in the first week of its year.
  const january = Date.UTC(Number(year), 0, 4);
  const monday = january - ((((january - firstMonday) % weekMs) + weekMs) % weekMs);
  return monday + Number(number) * weekMs;
}

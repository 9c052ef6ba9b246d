const buildIdPattern = /^(20\d\d)(\d\d)(\d\d)\d{6}$/;
const millisecondsPerDay = 86_400_000;

/**
 * Days, with their fraction, from midnight (UTC) of a build's date to `now`; 0 for a build dated later than `now`, and -1
 * for a string that is not a build ID.
 *
 * A build ID is `YYYYMMDDhhmmss`: exactly 14 digits that start with 20 and with a real date.
 */
export function buildAgeDays(buildId: string, now: Date): number {
  const [, year, month, day] = buildIdPattern.exec(buildId) ?? [];
  if (year === undefined || month === undefined || day === undefined) return -1;
  const built = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  // Date rolls the 31st of June over into July; such a string is not a date.
  if (built.getUTCMonth() !== Number(month) - 1 || built.getUTCDate() !== Number(day)) return -1;
  return Math.max(0, (now.getTime() - built.getTime()) / millisecondsPerDay);
}

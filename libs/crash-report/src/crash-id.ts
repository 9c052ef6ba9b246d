import { randomUUID } from 'node:crypto';

/** The verdicts of a stored report; a deferred one is not published. */
export type SavedVerdict = 'accept' | 'defer';

/** docs/submission.md, "Crash id": the throttle digit, then the date as yymmdd. */
const crashIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{5}[01][0-9]{6}$/;
/** Index of the throttle digit in the 36 characters. */
const verdictIndex = 29;

/**
 * Makes a crash id: a random UUID v4 whose last seven characters become the throttle digit
 * (0 accept, 1 defer) and the UTC date `yymmdd`.
 * @param options.now the time that also becomes `submitted_timestamp`; years 2000 to 2099, since the id
 *   has no century.
 */
export function createCrashId(options: {
  now: Date;
  verdict: SavedVerdict;
  randomUuid?: () => string;
}): string {
  const { now, verdict, randomUuid = randomUUID } = options;
  const date = now.toISOString().slice(2, 10).replaceAll('-', '');
  return `${randomUuid().slice(0, verdictIndex)}${verdict === 'accept' ? '0' : '1'}${date}`;
}

/** True for the syntax of a crash id. The date is not validated: `001399` passes. */
export function isCrashId(value: string): boolean {
  return crashIdPattern.test(value);
}

/**
 * The UTC date in a crash id, as `YYYYMMDD`.
 * @throws RangeError when it is not a crash id
 */
export function crashIdDate(crashId: string): string {
  return `20${assertCrashId(crashId).slice(verdictIndex + 1)}`;
}

/**
 * The verdict in a crash id.
 * @throws RangeError when it is not a crash id
 */
export function crashIdVerdict(crashId: string): SavedVerdict {
  return assertCrashId(crashId).charAt(verdictIndex) === '0' ? 'accept' : 'defer';
}

/** Returns the crash id, so that keys are built only from valid ones. */
export function assertCrashId(value: string): string {
  if (!isCrashId(value))
    throw new RangeError(`not a crash id: ${JSON.stringify(value.slice(0, 40))}`);
  return value;
}

/**
 * The `submitted_timestamp` of a raw crash: `YYYY-MM-DDTHH:MM:SS.ffffff+00:00`, as Python's
 * `isoformat` writes it. A `Date` has milliseconds, so the last three digits are 0.
 */
export function formatSubmittedTimestamp(now: Date): string {
  return `${now.toISOString().slice(0, -1)}000+00:00`;
}

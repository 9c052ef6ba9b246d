import { type SubmitAnswer, SubmitError } from '#antenna/crash-client';
import { isCrashId } from '#antenna/crash-report';

export const outcomeClasses = ['accepted', 'discarded', 'refused', 'failed', 'stopped'] as const;

/**
 * `accepted`: 200 with a crash id; `discarded`: 200, a rule rejected the report; `refused`: 4xx for a
 * malformed one; `failed`: 4xx for another, 5xx, another answer, or none; `stopped`: cancelled by the user.
 */
export type OutcomeClass = (typeof outcomeClasses)[number];

export interface Outcome {
  readonly class: OutcomeClass;
  /** For counting: `400 malformed_bad_gzip`. */
  readonly label: string;
  /** Of an accepted report. */
  readonly crashId?: string;
  /** What an example of a failure says. */
  readonly detail?: string;
}

/** Longest part of an answer that is shown. */
const maxShown = 200;

/** @param report whether the collector must accept or discard it */
export function outcomeOf(
  result: SubmitAnswer | SubmitError,
  report: 'well-formed' | 'malformed',
): Outcome {
  if (result instanceof SubmitError) {
    return result.code === 'aborted'
      ? { class: 'stopped', label: 'cancelled' }
      : { class: 'failed', label: `no answer: ${result.code}`, detail: result.message };
  }
  const { status, crashId, discarded } = result;
  const reason = discarded === undefined ? '' : ` ${discarded.slice(0, 60)}`;
  if (status === 200 && crashId !== undefined && isCrashId(crashId))
    return { class: 'accepted', label: '200 CrashID', crashId };
  if (status === 200 && discarded !== undefined)
    return { class: 'discarded', label: `200 Discarded:${reason}` };
  const detail = result.body.trim().slice(0, maxShown);
  if (status >= 400 && status < 500) {
    return report === 'malformed'
      ? { class: 'refused', label: `${status}${reason}`, detail }
      : { class: 'failed', label: `${status}${reason} for a well-formed report`, detail };
  }
  const label = status === 200 ? '200 without a valid crash id' : `${status}${reason}`;
  return { class: 'failed', label, detail };
}

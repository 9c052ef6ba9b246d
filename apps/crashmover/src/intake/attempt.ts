import type { AnnouncedCrash } from '#antenna/crash-report';

import type { MoveError } from '../move-error.js';
import type { Moved } from './move.service.js';

/** The end of an attempt to move a crash. */
export type Attempt =
  | { readonly crash: AnnouncedCrash; readonly outcome: Moved | 'moved_before' | 'split_off' }
  | FailedAttempt;

export interface FailedAttempt {
  readonly crash: AnnouncedCrash;
  /** `retried`: with its message; `split_off`: with a message of its own. */
  readonly outcome: 'retried' | 'split_off' | 'dead_lettered';
  readonly failure: MoveError;
}

/** Whether the message must stay on the queue for the crash. */
export function isPending(attempt: Attempt): attempt is FailedAttempt {
  return attempt.outcome === 'retried';
}

/** Whether the backends work; undefined if the attempts do not show it. One moved crash shows that they do. */
export function worked(attempts: readonly Attempt[]): boolean | undefined {
  const failures = attempts.flatMap((attempt) => ('failure' in attempt ? [attempt.failure] : []));
  const moved = attempts.some(
    (attempt) => !('failure' in attempt) && attempt.outcome !== 'moved_before',
  );
  if (moved || failures.length === 0) return true;
  return failures.some(({ retries }) => retries === 'fully') ? false : undefined;
}

import type { ForwardOutcome } from './forward-outcome.js';

/** One crash to forward. Neither function is called when it fails. */
export interface ForwardTask {
  readonly crashId: string;
  /** Called after the answer of the other collector. */
  done(): Promise<void>;
  /** Called when it was interrupted before that. */
  release(): Promise<void>;
}

export interface ForwardAllOptions {
  /** Undefined when there are no more. */
  readonly next: () => Promise<ForwardTask | undefined>;
  readonly forward: (crashId: string) => Promise<ForwardOutcome>;
  readonly onOutcome: (crashId: string, outcome: ForwardOutcome) => Promise<void>;
  /** Crashes in flight at the same time. */
  readonly concurrency: number;
  /** Aborted: no more are started; those in flight complete. */
  readonly interrupted: AbortSignal;
}

/** Failures in a row, for reasons that hold for all crashes, after which the others are not tried. */
const maxFailuresInARow = 20;

/**
 * Forwards until there are no more crashes; a failed one does not stop the others.
 * @returns the reason of the last failure if it stopped because all crashes fail
 * @throws the first error of a queue, the state or the output, when those in flight are complete
 */
export async function forwardAll(options: ForwardAllOptions): Promise<string | undefined> {
  const { next, forward, onOutcome, interrupted } = options;
  const errors: unknown[] = [];
  let failuresInARow = 0;
  let lastReason: string | undefined;
  const gaveUp = (): boolean => failuresInARow >= maxFailuresInARow;

  const forwardInTurn = async (): Promise<void> => {
    while (!interrupted.aborted && errors.length === 0 && !gaveUp()) {
      const task = await next();
      if (task === undefined) return;
      const outcome = await forward(task.crashId);
      if (outcome.kind === 'interrupted') {
        await task.release();
        return;
      }
      if (outcome.kind === 'failed') {
        if (outcome.concerns === 'all') failuresInARow += 1;
        lastReason = outcome.reason;
      } else {
        failuresInARow = 0;
        await task.done();
      }
      await onOutcome(task.crashId, outcome);
    }
  };
  const senders = Array.from({ length: options.concurrency }, async () => {
    await forwardInTurn().catch((error: unknown) => errors.push(error));
  });
  await Promise.all(senders);
  if (errors.length > 0) throw errors[0];
  return gaveUp() ? lastReason : undefined;
}

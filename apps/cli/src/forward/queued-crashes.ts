import { isCrashId } from '#antenna/crash-report';
import { makeVisible, type MessageQueue } from '#antenna/message-queue';
import type { ForwardTask } from './forward-all.js';
import { isSampled } from './sample.js';

/** Longer than reading, waiting for a turn and all attempts take. A message of a failed crash returns after it. */
const visibilityTimeoutMs = 600_000;
/** SQS's longest. */
const longPollMs = 20_000;

export interface QueueChoice {
  /** From 0 to 1. Messages outside the sample are deleted. */
  readonly sample: number;
  /** `follow` waits for further messages when the queue is empty. */
  readonly whenEmpty: 'end' | 'follow';
  readonly interrupted: AbortSignal;
}

/**
 * Receives crash ids from a queue, one for each call, so that none waits hidden. A message is deleted when its crash
 * is forwarded; one that is not a crash id is never deleted, so it reaches the queue's dead-letter queue.
 */
export function queuedCrashes(
  queue: MessageQueue,
  { sample, whenEmpty, interrupted }: QueueChoice,
): () => Promise<ForwardTask | undefined> {
  const waitMs = whenEmpty === 'follow' ? longPollMs : 0;
  const signal = interrupted;
  return async () => {
    while (!interrupted.aborted) {
      const [message] = await queue.receive({ max: 1, waitMs, visibilityTimeoutMs, signal });
      if (message === undefined) {
        if (whenEmpty === 'end') return undefined;
        continue;
      }
      const { body: crashId, receipt } = message;
      if (!isCrashId(crashId) || isSampled(crashId, sample)) {
        return {
          crashId,
          done: async () => await queue.delete(receipt),
          release: async () => await makeVisible(queue, receipt),
        };
      }
      await queue.delete(receipt);
    }
    return undefined;
  };
}

/** Puts crash ids on a queue in batches of ten, in order, and stops at the first batch that fails in part or whole. */
import { maxBatch, type MessageQueue, MessageQueueError } from '#antenna/message-queue';
import type { Pace } from '../pace.js';

/** What was sent, also when sending ended early. */
export interface SendProgress {
  /** Ids that the queue has accepted. */
  sent: number;
  /** Ids before the first that was not accepted: a later run continues after them. */
  complete: number;
  readonly failed: { readonly crashId: string; readonly code: string }[];
}

/**
 * Called after each batch.
 * @param count ids of the batch that the queue has accepted
 * @param last the last id before the first that was not accepted; undefined if there is none
 */
type OnSent = (count: number, last: string | undefined) => void | Promise<void>;

export async function sendCrashIds(
  queue: MessageQueue,
  crashIds: readonly string[],
  options: { readonly pace: Pace; readonly onSent: OnSent },
): Promise<SendProgress> {
  const progress: SendProgress = { sent: 0, complete: 0, failed: [] };
  while (progress.complete < crashIds.length && progress.failed.length === 0) {
    const batch = crashIds.slice(progress.complete, progress.complete + maxBatch);
    if (!(await options.pace.turn(batch.length))) break;
    const codes = await sendBatch(queue, batch);
    const failures = codes.flatMap((code, index) =>
      code === undefined ? [] : [{ crashId: batch[index] ?? '', code, index }],
    );
    progress.failed.push(...failures.map(({ crashId, code }) => ({ crashId, code })));
    progress.sent += batch.length - failures.length;
    progress.complete += failures[0]?.index ?? batch.length;
    await options.onSent(batch.length - failures.length, crashIds[progress.complete - 1]);
  }
  return progress;
}

/** The error code of each id, undefined for those that were sent. */
async function sendBatch(
  queue: MessageQueue,
  batch: readonly string[],
): Promise<(string | undefined)[]> {
  try {
    const results = await queue.send(batch.map((body) => ({ body })));
    return batch.map((_, index) => {
      const result = results[index];
      return result?.ok === true ? undefined : (result?.code ?? 'no_result');
    });
  } catch (error) {
    if (error instanceof MessageQueueError) return batch.map(() => error.message);
    throw error;
  }
}

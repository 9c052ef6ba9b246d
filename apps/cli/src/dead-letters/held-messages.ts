import { maxBatch, type MessageQueue, type ReceivedMessage } from '#antenna/message-queue';
import { showAgain } from '../stored/show-again.js';

export interface HeldMessage extends ReceivedMessage {
  /** Deletes it for good; otherwise it is put back at the end. */
  remove(): Promise<void>;
}

/** How long a message stays hidden should this process be killed; going through a queue may take longer. */
const visibilityTimeoutMs = 5 * 60_000;
/** SQS asks all of its servers only for a receive that waits. */
const waitMs = 1000;

/**
 * The visible messages of a queue, each once. All are held until the caller has had enough, for one that is put
 * back earlier would be received again; then those that were not removed become visible.
 */
export async function* heldMessages(
  queue: MessageQueue,
  { max = Number.POSITIVE_INFINITY, signal }: { readonly max?: number; signal: AbortSignal },
): AsyncGenerator<HeldMessage> {
  const { visible } = await queue.depth();
  const held = new Map<string, string>();
  const seen = new Set<string>();
  try {
    while (seen.size < max && !signal.aborted) {
      const batch = await queue.receive({
        max: Math.min(maxBatch, max - seen.size),
        // What the queue counts must come; for the rest, one look.
        waitMs: seen.size < visible ? waitMs : 0,
        visibilityTimeoutMs,
        signal,
      });
      const news = batch.filter(({ messageId }) => !seen.has(messageId));
      for (const { messageId, receipt } of batch) {
        held.set(messageId, receipt);
        seen.add(messageId);
      }
      if (news.length === 0) return;
      for (const message of news) {
        if (signal.aborted) return;
        const remove = async (): Promise<void> => {
          await queue.delete(message.receipt);
          held.delete(message.messageId);
        };
        yield { ...message, remove };
      }
    }
  } finally {
    await putBack(queue, [...held.values()]);
  }
}

/** In the order of receipt, so that the queue keeps its order, and several at a time, for each is a request. */
async function putBack(queue: MessageQueue, receipts: readonly string[]): Promise<void> {
  for (let from = 0; from < receipts.length; from += maxBatch) {
    const some = receipts.slice(from, from + maxBatch);
    await Promise.all(some.map((receipt) => showAgain(queue, receipt)));
  }
}

import {
  makeVisible,
  maxBatch,
  type MessageQueue,
  type ReceivedMessage,
} from '#antenna/message-queue';

export interface HeldMessage extends ReceivedMessage {
  /** Deletes the message; otherwise it becomes visible at the end. */
  remove(): Promise<void>;
}

/** How long a message stays hidden when this process is killed; reading a whole queue can take longer. */
const visibilityTimeoutMs = 5 * 60_000;
/** SQS queries all of its servers only for a receive that waits. */
const waitMs = 1000;

/**
 * The visible messages of a queue, each once. All stay hidden until the caller stops, because one that became visible
 * earlier would be received again; then those that were not removed become visible.
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
        // Waits for as many as the queue counts, and looks once for more.
        waitMs: seen.size < visible ? waitMs : 0,
        visibilityTimeoutMs,
        signal,
      });
      const unseen = batch.filter(({ messageId }) => !seen.has(messageId));
      for (const { messageId, receipt } of batch) {
        held.set(messageId, receipt);
        seen.add(messageId);
      }
      if (unseen.length === 0) return;
      for (const message of unseen) {
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

/** In the order of receipt, so that the queue keeps its order; several at a time, because each is a request. */
async function putBack(queue: MessageQueue, receipts: readonly string[]): Promise<void> {
  for (let from = 0; from < receipts.length; from += maxBatch) {
    const some = receipts.slice(from, from + maxBatch);
    await Promise.all(some.map((receipt) => makeVisible(queue, receipt)));
  }
}

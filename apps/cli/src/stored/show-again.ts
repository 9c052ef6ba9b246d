import { type MessageQueue, MessageQueueError } from '#antenna/message-queue';

/** Puts a received message back into view. */
export async function showAgain(queue: MessageQueue, receipt: string): Promise<void> {
  try {
    await queue.changeVisibility(receipt, 0);
  } catch (error) {
    if (!(error instanceof MessageQueueError && error.code === 'receipt_expired')) throw error;
    // Its time ran out meanwhile: it is visible already.
  }
}

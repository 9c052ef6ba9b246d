import type { MessageQueue, ReceivedMessage } from '#antenna/message-queue';

/** Keeps a delivery ours while its work goes on; returns what ends it. */
export function keepInvisible(
  queue: MessageQueue,
  message: ReceivedMessage,
  options: { visibilityTimeoutMs: number; onLost: (error: unknown) => void },
): () => void {
  const timer = setInterval(() => {
    queue.changeVisibility(message.receipt, options.visibilityTimeoutMs).catch(options.onLost);
  }, options.visibilityTimeoutMs / 3);
  return () => clearInterval(timer);
}

import type { MessageQueue } from '#antenna/message-queue';

export type QueueOperation = 'send' | 'receive' | 'delete' | 'changeVisibility' | 'depth' | 'check';

/**
 * Wraps a queue with a function that runs before each call. The function may record the call, delay it, or throw the
 * error with which the call fails.
 */
export function interceptQueue(
  queue: MessageQueue,
  before: (operation: QueueOperation) => void | Promise<void>,
): MessageQueue {
  return {
    name: queue.name,
    system: queue.system,
    send: async (messages) => {
      await before('send');
      return await queue.send(messages);
    },
    receive: async (options) => {
      await before('receive');
      return await queue.receive(options);
    },
    delete: async (receipt) => {
      await before('delete');
      await queue.delete(receipt);
    },
    changeVisibility: async (receipt, timeoutMs) => {
      await before('changeVisibility');
      await queue.changeVisibility(receipt, timeoutMs);
    },
    depth: async () => {
      await before('depth');
      return await queue.depth();
    },
    check: async () => {
      await before('check');
      await queue.check();
    },
    close: async () => await queue.close(),
  };
}

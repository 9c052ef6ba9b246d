import type { MessageQueue } from '#antenna/message-queue';

export type QueueOperation = 'send' | 'receive' | 'delete' | 'changeVisibility' | 'depth' | 'check';

/**
 * The same queue with something that runs before each call: it may record the call, make it wait, or throw
 * what the call shall fail with.
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

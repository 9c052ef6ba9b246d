import type { MessageQueue, ReceivedMessage, SendResult } from './message-queue.js';

/** Two empty queues for one test; `queue` dead-letters to `deadLetter`. */
export interface QueuesUnderTest {
  readonly queue: MessageQueue;
  readonly deadLetter: MessageQueue;
  /** How often `queue` delivers a message before it is dead-lettered. */
  readonly maxReceiveCount: number;
  dispose(): Promise<void>;
}

/** How long a contract test waits for messages. */
const deadlineMs = 30_000;

/** Receives this many messages, each with the visibility timeout. */
export async function receiveAll(
  queue: MessageQueue,
  count: number,
  visibilityTimeoutMs = 60_000,
): Promise<ReceivedMessage[]> {
  const received: ReceivedMessage[] = [];
  const deadline = Date.now() + deadlineMs;
  while (received.length < count) {
    const max = Math.min(10, count - received.length);
    received.push(...(await queue.receive({ max, waitMs: 2000, visibilityTimeoutMs })));
    if (received.length < count && Date.now() > deadline)
      throw new Error(`${queue.name}: ${received.length} of ${count} messages arrived`);
  }
  return received;
}

export async function receiveOne(
  queue: MessageQueue,
  visibilityTimeoutMs = 60_000,
): Promise<ReceivedMessage> {
  const [message] = await receiveAll(queue, 1, visibilityTimeoutMs);
  if (message === undefined) throw new Error('receiveAll returned no message');
  return message;
}

export function sendBodies(
  queue: MessageQueue,
  ...bodies: readonly string[]
): Promise<readonly SendResult[]> {
  return queue.send(bodies.map((body) => ({ body })));
}

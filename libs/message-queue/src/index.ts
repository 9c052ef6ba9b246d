export { Batcher } from './batcher.js';
export {
  makeVisible,
  maxBatch,
  type MessageQueue,
  MessageQueueError,
  type OutgoingMessage,
  type QueueDepth,
  type ReceivedMessage,
  type ReceiveOptions,
  type SendResult,
} from './message-queue.js';
export type { EmbeddedQueue } from './embedded/embedded-queue.js';
export { type EmbeddedQueues, openEmbeddedQueues } from './embedded/embedded-queues.js';
export { openSqsQueue } from './sqs/open-sqs-queue.js';

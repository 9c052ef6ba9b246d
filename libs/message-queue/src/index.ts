export { Batcher } from './batcher.js';
export {
  maxBatch,
  type MessageQueue,
  type OutgoingMessage,
  type QueueDepth,
  type ReceivedMessage,
  type ReceiveOptions,
  type SendResult,
} from './message-queue.js';
export { MessageQueueError, type MessageQueueErrorCode } from './message-queue-error.js';
export {
  assertBatch,
  assertReceiveOptions,
  assertVisibilityTimeout,
  maxAttributes,
  maxMessageBytes,
  maxVisibilityTimeoutMs,
  messageBytes,
} from './message-limits.js';
export type { EmbeddedQueue } from './embedded/embedded-queue.js';
export {
  type EmbeddedQueues,
  type EmbeddedQueuesOptions,
  openEmbeddedQueues,
} from './embedded/embedded-queues.js';
export type { DeadLetterPolicy, PeekedMessage } from './embedded/queue-operations.js';
export { openSqsQueue } from './sqs/open-sqs-queue.js';
export type { SqsQueueOptions } from './sqs/sqs-queue-options.js';

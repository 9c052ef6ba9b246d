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

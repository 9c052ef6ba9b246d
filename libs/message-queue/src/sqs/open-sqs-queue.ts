import type { MessageQueue } from '../message-queue.js';
import type { SqsQueueOptions } from './sqs-connection.js';

/**
 * Opens a standard SQS queue. Opening sends no request, so a service can start during an outage.
 *
 * Waits and visibility timeouts are rounded up to whole seconds; a wait is at most 20 s. An aborted receive
 * may miss messages that SQS has already delivered; they are redelivered after their visibility timeout.
 * Deletes within a few milliseconds are sent as one batch. Empty attributes are left out, because SQS does
 * not allow them.
 *
 * IAM actions: `sqs:SendMessage` to send; `sqs:ReceiveMessage`, `sqs:DeleteMessage` and
 * `sqs:ChangeMessageVisibility` to consume; `sqs:GetQueueUrl` with `queueName`. Every component, even one that
 * only sends, needs `sqs:GetQueueAttributes` for `check()` and `depth()`, which otherwise reject with
 * `access_denied`; all other calls work without it.
 * @throws TypeError if neither `queueUrl` nor `queueName` is given
 */
export async function openSqsQueue(options: SqsQueueOptions): Promise<MessageQueue> {
  // The SDK takes about 50 ms of CPU time to load: import it only if it is used.
  const { SqsQueue } = await import('./sqs-queue.js');
  return new SqsQueue(options);
}

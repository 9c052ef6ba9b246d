import type { MessageQueue } from '../message-queue.js';
import type { SqsQueueOptions } from './sqs-connection.js';

/**
 * A standard SQS queue. Opening contacts nobody, so a service starts during an outage.
 *
 * Times are whole seconds in SQS: waits and visibility timeouts are rounded up, a wait is at most 20 s
 * long. An aborted receive may lose sight of messages that were on their way; they come again when their
 * visibility timeout is over. Deletes of a few milliseconds travel as one batch. Attributes without text
 * are left out of a message: SQS has no empty values.
 *
 * IAM actions: `sqs:SendMessage` to send; `sqs:ReceiveMessage`, `sqs:DeleteMessage` and
 * `sqs:ChangeMessageVisibility` to consume; `sqs:GetQueueAttributes` for `check()` and `depth()`, which
 * every component needs, also one that only sends; `sqs:GetQueueUrl` with `queueName`. Without
 * `sqs:GetQueueAttributes` those two reject with `access_denied` and all else works.
 * @throws TypeError when neither `queueUrl` nor `queueName` is given
 */
export async function openSqsQueue(options: SqsQueueOptions): Promise<MessageQueue> {
  // The SDK takes some 50 ms of CPU time to load, which only its users should pay.
  const { SqsQueue } = await import('./sqs-queue.js');
  return new SqsQueue(options);
}

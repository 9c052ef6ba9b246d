import { awsFailure } from '#antenna/aws-client';
import type {
  DeleteMessageBatchCommandOutput,
  GetQueueAttributesCommandOutput,
  QueueAttributeName,
  ReceiveMessageCommandOutput,
  SendMessageBatchCommandOutput,
} from '@aws-sdk/client-sqs';
import { Batcher } from '../batcher.js';
import {
  assertBatch,
  assertReceiveOptions,
  assertVisibilityTimeout,
  maxMessageBytes,
  messageBytes,
} from '../message-limits.js';
import {
  type MessageQueue,
  MessageQueueError,
  type OutgoingMessage,
  type QueueDepth,
  type ReceivedMessage,
  type ReceiveOptions,
  type SendResult,
} from '../message-queue.js';
import { SqsConnection, type SqsQueueOptions } from './sqs-connection.js';
import {
  batchEntry,
  batchesOf,
  type IndexedMessage,
  isIntact,
  receivedMessage,
  resultsIn,
  tooLarge,
} from './sqs-messages.js';
import { isExpiredReceipt, type SqsAction } from './sqs-error.js';

/** SQS's limit for a long poll. */
const maxWaitMs = 20_000;

const visible = 'ApproximateNumberOfMessages';
const inFlight = 'ApproximateNumberOfMessagesNotVisible';

export class SqsQueue implements MessageQueue {
  readonly name: string;
  readonly system = 'aws_sqs';
  private readonly connection: SqsConnection;
  private readonly deletes = new Batcher((receipts: readonly string[]) =>
    this.deleteBatch(receipts),
  );

  constructor(options: SqsQueueOptions) {
    this.connection = new SqsConnection(options);
    this.name = this.connection.queueName;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<readonly SendResult[]> {
    assertBatch(messages);
    const fitting = messages
      .map((message, index) => ({ index, message }))
      .filter(({ message }) => messageBytes(message) <= maxMessageBytes);
    const batches = batchesOf(fitting);
    const answers = await Promise.allSettled(batches.map((batch) => this.sendBatch(batch)));
    const failure = answers.find(({ status }) => status === 'rejected');
    if (failure?.status === 'rejected' && answers.every(({ status }) => status === 'rejected'))
      throw failure.reason;
    const results = new Map<number, SendResult>();
    answers.forEach((answer, batchIndex) => {
      for (const { index } of batches[batchIndex] ?? [])
        results.set(index, resultOf(answer, index));
    });
    return messages.map((_, index) => results.get(index) ?? tooLarge);
  }

  async receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    assertReceiveOptions(options);
    const waitMs = Math.min(options.waitMs, maxWaitMs);
    const answer = await this.connection.longPoll<ReceiveMessageCommandOutput>(
      waitMs,
      options.signal,
      {
        operation: 'ReceiveMessage',
        input: {
          MaxNumberOfMessages: options.max,
          WaitTimeSeconds: seconds(waitMs),
          VisibilityTimeout: seconds(options.visibilityTimeoutMs),
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
        },
      },
    );
    const messages = answer?.Messages ?? [];
    if (!messages.every(({ Body, MD5OfBody }) => isIntact(Body, MD5OfBody)))
      throw new MessageQueueError('unavailable', `queue ${this.name} returned a damaged message`);
    return messages.map(receivedMessage);
  }

  async delete(receipt: string): Promise<void> {
    const error = await this.deletes.add(receipt);
    if (error !== undefined) throw error;
  }

  async changeVisibility(receipt: string, timeoutMs: number): Promise<void> {
    assertVisibilityTimeout(timeoutMs);
    try {
      await this.connection.call('change visibility in', {
        operation: 'ChangeMessageVisibility',
        input: { ReceiptHandle: receipt, VisibilityTimeout: seconds(timeoutMs) },
      });
    } catch (error) {
      const { cause, message } = error as MessageQueueError;
      throw isExpiredReceipt(awsFailure(cause).name)
        ? new MessageQueueError('receipt_expired', message, { cause })
        : error;
    }
  }

  async depth(): Promise<QueueDepth> {
    const counts = await this.attributes('count the messages in', [visible, inFlight]);
    return { visible: Number(counts[visible]), inFlight: Number(counts[inFlight]) };
  }

  async check(): Promise<void> {
    await this.attributes('use', ['QueueArn']);
  }

  async close(): Promise<void> {
    this.deletes.flush();
    await this.connection.close();
  }

  private async sendBatch(
    batch: readonly IndexedMessage[],
  ): Promise<ReadonlyMap<number, SendResult>> {
    const answer = await this.connection.call<SendMessageBatchCommandOutput>('send to', {
      operation: 'SendMessageBatch',
      input: { Entries: batch.map(batchEntry) },
    });
    return resultsIn(batch, answer);
  }

  private async deleteBatch(receipts: readonly string[]): Promise<readonly (Error | undefined)[]> {
    const entries = receipts.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
    const { Failed = [] } = await this.connection.call<DeleteMessageBatchCommandOutput>(
      'delete from',
      { operation: 'DeleteMessageBatch', input: { Entries: entries } },
    );
    const failures: (Error | undefined)[] = receipts.map(() => undefined);
    for (const { Id, Code } of Failed) {
      if (!isExpiredReceipt(Code)) {
        const message = `cannot delete from queue ${this.name}: ${Code ?? 'no reason given'}`;
        failures[Number(Id)] = new MessageQueueError('unavailable', message);
      }
    }
    return failures;
  }

  private async attributes(
    action: SqsAction,
    names: QueueAttributeName[],
  ): Promise<Partial<Record<string, string>>> {
    const { Attributes = {} } = await this.connection.call<GetQueueAttributesCommandOutput>(
      action,
      { operation: 'GetQueueAttributes', input: { AttributeNames: names } },
    );
    return Attributes;
  }
}

/** The result of a message; the response to its batch may lack it, or its batch may have failed. */
function resultOf(
  answer: PromiseSettledResult<ReadonlyMap<number, SendResult>>,
  index: number,
): SendResult {
  if (answer.status === 'fulfilled')
    return answer.value.get(index) ?? { ok: false, code: 'unavailable', retryable: true };
  const { code, retryable } = answer.reason as MessageQueueError;
  return { ok: false, code, retryable };
}

/** SQS uses whole seconds. Rounding up never makes a message visible too early. */
function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

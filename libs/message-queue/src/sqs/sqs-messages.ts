import type { Message, SendMessageBatchCommandOutput } from '@aws-sdk/client-sqs';
import { createHash } from 'node:crypto';
import { maxMessageBytes, messageBytes } from '../message-limits.js';
import type { OutgoingMessage, ReceivedMessage, SendResult } from '../message-queue.js';

/** A message and its index among those that the caller sent. */
export interface IndexedMessage {
  readonly index: number;
  readonly message: OutgoingMessage;
}

export const tooLarge: SendResult = { ok: false, code: 'message_too_large', retryable: false };

/** Splits messages, each within SQS's limit, into batches within SQS's limit for a batch. */
export function batchesOf(messages: readonly IndexedMessage[]): IndexedMessage[][] {
  const batches: IndexedMessage[][] = [];
  let bytesLeft = 0;
  for (const indexed of messages) {
    const bytes = messageBytes(indexed.message);
    const batch = batches.at(-1);
    if (batch !== undefined && bytes <= bytesLeft) {
      batch.push(indexed);
      bytesLeft -= bytes;
    } else {
      batches.push([indexed]);
      bytesLeft = maxMessageBytes - bytes;
    }
  }
  return batches;
}

/** The entry of a message in a request; its id is its index. */
export function batchEntry({ index, message }: IndexedMessage) {
  const attributes = Object.entries(message.attributes ?? {}).filter(([, value]) => value !== '');
  return {
    Id: String(index),
    MessageBody: message.body,
    ...(attributes.length > 0 && {
      MessageAttributes: Object.fromEntries(
        attributes.map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
      ),
    }),
  };
}

/** The result of each entry, by the index of its message. A message that SQS received damaged has failed. */
export function resultsIn(
  batch: readonly IndexedMessage[],
  { Successful = [], Failed = [] }: SendMessageBatchCommandOutput,
): ReadonlyMap<number, SendResult> {
  const results = new Map<number, SendResult>();
  const bodies = new Map(batch.map(({ index, message }) => [index, message.body]));
  for (const { Id, MessageId = '', MD5OfMessageBody } of Successful) {
    const result: SendResult = isIntact(bodies.get(Number(Id)), MD5OfMessageBody)
      ? { ok: true, messageId: MessageId }
      : { ok: false, code: 'unavailable', retryable: true };
    results.set(Number(Id), result);
  }
  for (const { Id, Code = 'unavailable', Message = '', SenderFault } of Failed) {
    // The MaximumMessageSize of a queue may be below SQS's limit.
    const large = Code === 'InvalidParameterValue' && Message.includes('must be shorter than');
    const failure = { ok: false, code: Code, retryable: SenderFault !== true } as const;
    results.set(Number(Id), large ? tooLarge : failure);
  }
  return results;
}

/** Whether a body has the checksum that SQS announces. */
export function isIntact(body = '', md5 = ''): boolean {
  return createHash('md5').update(body).digest('hex') === md5;
}

/** Converts a message of SQS. Leaves out attributes that are not strings; Antenna sends none. */
export function receivedMessage(message: Message): ReceivedMessage {
  const { MessageId = '', Body = '', ReceiptHandle = '', Attributes, MessageAttributes } = message;
  const attributes: Record<string, string> = {};
  for (const [name, { StringValue }] of Object.entries(MessageAttributes ?? {}))
    if (StringValue !== undefined) attributes[name] = StringValue;
  return {
    messageId: MessageId,
    body: Body,
    attributes,
    receipt: ReceiptHandle,
    receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 1),
    sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)),
  };
}

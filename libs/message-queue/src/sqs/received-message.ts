import type { Message } from '@aws-sdk/client-sqs';
import type { ReceivedMessage } from '../message-queue.js';

/** SQS's message as ours. Attributes that are no text, which none of ours is, are left out. */
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

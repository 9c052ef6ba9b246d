import { awsFailure, reasonWithPermission } from '#antenna/aws-client';
import { MessageQueueError, type MessageQueueErrorCode } from '../message-queue.js';

/** What SQS means by names of its own; the HTTP status is 400 for most (Amazon SQS API Reference). */
const codes: Readonly<Record<string, MessageQueueErrorCode>> = {
  QueueDoesNotExist: 'no_such_queue',
  'AWS.SimpleQueueService.NonExistentQueue': 'no_such_queue',
  InvalidAddress: 'no_such_queue',
  ReceiptHandleIsInvalid: 'receipt_expired',
  MessageNotInflight: 'receipt_expired',
  'AWS.SimpleQueueService.MessageNotInflight': 'receipt_expired',
  BatchRequestTooLong: 'message_too_large',
  'AWS.SimpleQueueService.BatchRequestTooLong': 'message_too_large',
  AccessDenied: 'access_denied',
  AccessDeniedException: 'access_denied',
  KmsAccessDenied: 'access_denied',
  InvalidSecurity: 'access_denied',
  InvalidClientTokenId: 'access_denied',
  UnrecognizedClientException: 'access_denied',
  MissingAuthenticationToken: 'access_denied',
  SignatureDoesNotMatch: 'access_denied',
};

/** What an identity needs for each kind of call. */
const permissions = {
  find: 'sqs:GetQueueUrl',
  use: 'sqs:GetQueueAttributes',
  'count the messages in': 'sqs:GetQueueAttributes',
  'send to': 'sqs:SendMessage',
  'receive from': 'sqs:ReceiveMessage',
  'delete from': 'sqs:DeleteMessage',
  'change visibility in': 'sqs:ChangeMessageVisibility',
} as const;

/** What is done with a queue, in the words of an error's message. */
export type SqsAction = keyof typeof permissions;

/** The queue's error for a failed call, with the SDK's as cause. The reason never has a body in it. */
export function sqsError(action: SqsAction, queueName: string, error: unknown): MessageQueueError {
  if (error instanceof MessageQueueError) return error;
  const failure = awsFailure(error);
  const code = codes[failure.name] ?? failure.code ?? 'unavailable';
  const reason = reasonWithPermission(failure, permissions[action]);
  return new MessageQueueError(code, `cannot ${action} queue ${queueName}: ${reason}`, {
    cause: error,
  });
}

/** A delivery that is over, long deleted or held for twelve hours: SQS names them in several ways. */
export function isExpiredReceipt(name: string | undefined): boolean {
  return name === 'InvalidParameterValue' || codes[name ?? ''] === 'receipt_expired';
}

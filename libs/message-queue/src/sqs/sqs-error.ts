import { awsFailure, reasonWithPermission } from '#antenna/aws-client';
import { MessageQueueError, type MessageQueueErrorCode } from '../message-queue.js';

/** Error names of SQS, whose HTTP status is mostly 400 (Amazon SQS API Reference). */
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

/** The IAM permission that each call needs. */
const permissions = {
  find: 'sqs:GetQueueUrl',
  use: 'sqs:GetQueueAttributes',
  'count the messages in': 'sqs:GetQueueAttributes',
  'send to': 'sqs:SendMessage',
  'receive from': 'sqs:ReceiveMessage',
  'delete from': 'sqs:DeleteMessage',
  'change visibility in': 'sqs:ChangeMessageVisibility',
} as const;

/** Describes a call in an error message. */
export type SqsAction = keyof typeof permissions;

/** The queue's error for a failed call, with the SDK's error as its cause. The message never contains a body. */
export function sqsError(action: SqsAction, queueName: string, error: unknown): MessageQueueError {
  if (error instanceof MessageQueueError) return error;
  const failure = awsFailure(error);
  const code = codes[failure.name] ?? failure.code ?? 'unavailable';
  const reason = reasonWithPermission(failure, permissions[action]);
  return new MessageQueueError(code, `cannot ${action} queue ${queueName}: ${reason}`, {
    cause: error,
  });
}

/** Whether an error name means an expired delivery, for which SQS has several names. */
export function isExpiredReceipt(name: string | undefined): boolean {
  return name === 'InvalidParameterValue' || codes[name ?? ''] === 'receipt_expired';
}

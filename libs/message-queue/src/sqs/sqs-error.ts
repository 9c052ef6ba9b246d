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

/** Failures that a repeated call may not have although they have the status of a client error. */
const throttled: ReadonlySet<string> = new Set([
  'KmsThrottled',
  'RequestThrottled',
  'Throttling',
  'ThrottlingException',
]);

/** Whether a repeated call may succeed: server errors, broken connections, too many calls, a corrected clock. */
export function isTransient(error: unknown): boolean {
  const { name, status, code, clockSkewCorrected } = awsFailure(error);
  if (status === undefined) return code === undefined;
  return status >= 500 || status === 429 || throttled.has(name) || clockSkewCorrected;
}

/** The error in a response: `{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"…"}`. */
export function errorIn(json: string): { name: string; message: string } | undefined {
  try {
    const { __type: type, message } = JSON.parse(json) as Record<string, unknown>;
    if (typeof type !== 'string') return undefined;
    const name = type.slice(type.indexOf('#') + 1);
    return { name, message: typeof message === 'string' ? message : 'no reason given' };
  } catch {
    return undefined;
  }
}

/** Whether an error name means an expired delivery, for which SQS has several names. */
export function isExpiredReceipt(name: string | undefined): boolean {
  return name === 'InvalidParameterValue' || codes[name ?? ''] === 'receipt_expired';
}

import { MessageQueueError, type MessageQueueErrorCode } from '../message-queue-error.js';

/** Where the error's name says more than its HTTP status, which is 400 for most (Amazon SQS API Reference). */
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
  ExpiredToken: 'access_denied',
  ExpiredTokenException: 'access_denied',
  InvalidClientTokenId: 'access_denied',
  UnrecognizedClientException: 'access_denied',
  MissingAuthenticationToken: 'access_denied',
  SignatureDoesNotMatch: 'access_denied',
  CredentialsProviderError: 'access_denied',
  TokenProviderError: 'access_denied',
  // The SDK learns the server's time from this answer and signs the next call by it.
  RequestTimeTooSkewed: 'unavailable',
  TimeoutError: 'timeout',
  AbortError: 'timeout',
};

const maxReasonLength = 200;

/** The queue's error for a failed call, with the SDK's as cause. The reason never has a body in it. */
export function sqsError(action: string, queueName: string, error: unknown): MessageQueueError {
  if (error instanceof MessageQueueError) {
    return error;
  }
  const { name, message, status } = describe(error);
  const code = codes[name] ?? (status === 401 || status === 403 ? 'access_denied' : 'unavailable');
  const http = status === undefined ? '' : ` (HTTP ${status})`;
  const reason = `${name}${http}: ${message.slice(0, maxReasonLength)}`;
  return new MessageQueueError(code, `cannot ${action} queue ${queueName}: ${reason}`, {
    cause: error,
  });
}

/** A delivery that is over, long deleted or held for twelve hours: SQS names them in several ways. */
export function isExpiredReceipt(name: string | undefined): boolean {
  return name === 'InvalidParameterValue' || codes[name ?? ''] === 'receipt_expired';
}

/** The SDK's name of an error, or Node's code for one of the connection. */
export function errorName(error: unknown): string {
  return describe(error).name;
}

interface Described {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
}

function describe(error: unknown): Described {
  if (typeof error !== 'object' || error === null) {
    return { name: 'Error', message: String(error), status: undefined };
  }
  const { name, message, code, $metadata } = error as Record<string, unknown>;
  const status = ($metadata as { httpStatusCode?: unknown } | undefined)?.httpStatusCode;
  return {
    name: name === 'Error' && typeof code === 'string' ? code : String(name),
    message: String(message),
    status: typeof status === 'number' ? status : undefined,
  };
}

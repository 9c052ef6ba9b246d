export type MessageQueueErrorCode =
  | 'message_too_large'
  | 'receipt_expired'
  | 'no_such_queue'
  | 'access_denied'
  | 'no_space'
  | 'timeout'
  | 'unavailable';

const permanentCodes: ReadonlySet<MessageQueueErrorCode> = new Set([
  'message_too_large',
  'receipt_expired',
]);

/** Any failure of a queue; `retryable` says whether the same call may succeed later. */
export class MessageQueueError extends Error {
  override readonly name = 'MessageQueueError';
  readonly retryable: boolean;

  constructor(
    readonly code: MessageQueueErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.retryable = !permanentCodes.has(code);
  }
}

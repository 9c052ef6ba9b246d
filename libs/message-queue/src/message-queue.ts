/**
 * One queue with SQS semantics: at-least-once delivery, a visibility timeout for each delivery, a count
 * of receives, and a dead-letter queue. One contract suite tests every adapter.
 */
export interface MessageQueue {
  /** The queue's name, for spans, metrics and log lines. */
  readonly name: string;
  /** The messaging system, for spans: `aws_sqs` as defined by OpenTelemetry, or `antenna_embedded`. */
  readonly system: string;

  /**
   * Sends up to {@link maxBatch} messages; resolves when the accepted ones are durable. The result has one
   * entry per message in the same order; a failed message does not affect the others.
   * @throws MessageQueueError if the whole call failed.
   */
  send(messages: readonly OutgoingMessage[]): Promise<readonly SendResult[]>;

  /**
   * Waits up to `waitMs` for messages, and makes the returned ones invisible for `visibilityTimeoutMs`.
   * An aborted signal ends the wait early with an empty list.
   * @throws MessageQueueError
   */
  receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]>;

  /** Deletes a delivered message. Succeeds if the receipt is no longer valid. */
  delete(receipt: string): Promise<void>;

  /**
   * Makes a delivered message invisible for this long from now (0: visible at once).
   * @throws MessageQueueError with code `receipt_expired` if the delivery has expired.
   */
  changeVisibility(receipt: string, timeoutMs: number): Promise<void>;

  depth(): Promise<QueueDepth>;

  /** Checks that the queue exists and answers; rejects with the reason. For `/__heartbeat__`. */
  check(): Promise<void>;

  close(): Promise<void>;
}

/** SQS's limit of entries in one batch. The embedded queue has the same limit. */
export const maxBatch = 10;

export interface OutgoingMessage {
  /** A string of at most 1,048,576 bytes in UTF-8, including the attributes (SQS quota since 2025). */
  readonly body: string;
  /** String attributes, at most ten (SQS quota): trace context, reasons. */
  readonly attributes?: Readonly<Record<string, string>>;
}

export type SendResult =
  | { readonly ok: true; readonly messageId: string }
  | { readonly ok: false; readonly code: string; readonly retryable: boolean };

export interface ReceiveOptions {
  /** 1 to {@link maxBatch}. */
  readonly max: number;
  readonly waitMs: number;
  readonly visibilityTimeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface ReceivedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Identifies this delivery, not the message; valid until the next delivery. */
  readonly receipt: string;
  /** Number of deliveries of this message, including this one. */
  readonly receiveCount: number;
  readonly sentAt: Date;
}

export interface QueueDepth {
  /** Messages that a receive could return now. */
  readonly visible: number;
  /** Delivered and still invisible. */
  readonly inFlight: number;
  /** Age of the oldest message that is not deleted, if the adapter knows it. */
  readonly oldestAgeMs?: number;
}

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

/** Any failure of a queue. `retryable`: the same call may succeed later. */
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

/** Makes a received message visible again. */
export async function makeVisible(queue: MessageQueue, receipt: string): Promise<void> {
  try {
    await queue.changeVisibility(receipt, 0);
  } catch (error) {
    // An expired message is visible already.
    if (!(error instanceof MessageQueueError && error.code === 'receipt_expired')) throw error;
  }
}

/**
 * One queue with SQS semantics: at-least-once delivery, a visibility timeout for each delivery, a count
 * of receives, and a dead-letter queue. One contract suite holds every adapter to it.
 */
export interface MessageQueue {
  /** The queue's name, for spans, metrics and log lines. */
  readonly name: string;
  /** The kind of queue, for spans: `aws_sqs` as OpenTelemetry has it, or a name of ours. */
  readonly system: string;

  /**
   * Sends up to {@link maxBatch} messages; resolves when each accepted one is durable. The result has one
   * entry per message in the same order: a failed entry does not fail the others.
   * @throws MessageQueueError when the whole call failed.
   */
  send(messages: readonly OutgoingMessage[]): Promise<readonly SendResult[]>;

  /**
   * Waits up to `waitMs` for messages and hides those it returns for `visibilityTimeoutMs`.
   * An aborted signal ends the wait early with an empty list.
   * @throws MessageQueueError
   */
  receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]>;

  /** Removes a delivered message for good. A receipt that is no longer valid is success. */
  delete(receipt: string): Promise<void>;

  /**
   * Hides a delivered message for this long from now (0 shows it at once).
   * @throws MessageQueueError with code `receipt_expired` when the delivery is no longer ours.
   */
  changeVisibility(receipt: string, timeoutMs: number): Promise<void>;

  depth(): Promise<QueueDepth>;

  /** Proves that the queue answers and exists; rejects with the reason. For `/__heartbeat__`. */
  check(): Promise<void>;

  close(): Promise<void>;
}

/** SQS's limit of entries in one batch; the embedded queue keeps to it so that callers need not know. */
export const maxBatch = 10;

export interface OutgoingMessage {
  /** UTF-8 text, at most 1,048,576 bytes together with its attributes (SQS quota since 2025). */
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
  /** Names this delivery, not the message: valid until the next delivery. */
  readonly receipt: string;
  /** How often this message was delivered, this delivery included. */
  readonly receiveCount: number;
  readonly sentAt: Date;
}

export interface QueueDepth {
  /** Messages that a receive could return now. */
  readonly visible: number;
  /** Delivered and hidden. */
  readonly inFlight: number;
  /** Age of the oldest message not yet deleted, when the adapter knows it. */
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

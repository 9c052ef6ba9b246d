import { maxBatch, type OutgoingMessage, type ReceiveOptions } from './message-queue.js';

/** Maximum bytes of a body with its attributes (SQS quota since 2025). */
export const maxMessageBytes = 1_048_576;
/** Maximum number of attributes of a message (SQS quota). */
const maxAttributes = 10;
/** Twelve hours (SQS quota). */
const maxVisibilityTimeoutMs = 12 * 60 * 60 * 1000;

/** SQS also counts the data type of each attribute, which is always String here. */
const attributeTypeBytes = 'String'.length;

/** The size of a message as SQS counts it: the body, and the name, type and value of each attribute. */
export function messageBytes(message: OutgoingMessage): number {
  let bytes = Buffer.byteLength(message.body);
  for (const [name, value] of Object.entries(message.attributes ?? {}))
    bytes += Buffer.byteLength(name) + attributeTypeBytes + Buffer.byteLength(value);
  return bytes;
}

/**
 * Checks the size of a batch.
 * @throws RangeError if there are more than {@link maxBatch} messages or {@link maxAttributes} attributes.
 */
export function assertBatch(messages: readonly OutgoingMessage[]): void {
  if (messages.length > maxBatch)
    throw new RangeError(`the batch has ${messages.length} messages; the limit is ${maxBatch}`);

  for (const { attributes = {} } of messages) {
    const count = Object.keys(attributes).length;
    if (count > maxAttributes)
      throw new RangeError(`the message has ${count} attributes; the limit is ${maxAttributes}`);
  }
}

/** @throws RangeError if `max`, `waitMs` or the visibility timeout is outside its limits. */
export function assertReceiveOptions({ max, waitMs, visibilityTimeoutMs }: ReceiveOptions): void {
  if (!Number.isInteger(max) || max < 1 || max > maxBatch)
    throw new RangeError(`cannot receive ${max} messages at once; max must be 1 to ${maxBatch}`);
  if (!(waitMs >= 0)) throw new RangeError(`waitMs must be at least 0, not ${waitMs}`);
  assertVisibilityTimeout(visibilityTimeoutMs);
}

/** @throws RangeError if the timeout is negative or above {@link maxVisibilityTimeoutMs}. */
export function assertVisibilityTimeout(timeoutMs: number): void {
  if (!(timeoutMs >= 0 && timeoutMs <= maxVisibilityTimeoutMs)) {
    throw new RangeError(
      `the visibility timeout must be 0 to ${maxVisibilityTimeoutMs} ms, not ${timeoutMs}`,
    );
  }
}

import { maxBatch, type OutgoingMessage, type ReceiveOptions } from './message-queue.js';

/** Bytes of a body with its attributes (SQS quota since 2025). */
export const maxMessageBytes = 1_048_576;
/** Attributes of one message (SQS quota). */
export const maxAttributes = 10;
/** Twelve hours (SQS quota). */
export const maxVisibilityTimeoutMs = 12 * 60 * 60 * 1000;

/** SQS counts an attribute's data type too, and all of ours are strings. */
const attributeTypeBytes = 'String'.length;

/** The size of a message as SQS counts it: body, and name, type and value of each attribute. */
export function messageBytes(message: OutgoingMessage): number {
  let bytes = Buffer.byteLength(message.body);
  for (const [name, value] of Object.entries(message.attributes ?? {}))
    bytes += Buffer.byteLength(name) + attributeTypeBytes + Buffer.byteLength(value);
  return bytes;
}

/**
 * Refuses a batch that no correct caller makes.
 * @throws RangeError when there are more than {@link maxBatch} messages or {@link maxAttributes} attributes.
 */
export function assertBatch(messages: readonly OutgoingMessage[]): void {
  if (messages.length > maxBatch) {
    throw new RangeError(
      `${messages.length} messages in one batch, at most ${maxBatch} are allowed`,
    );
  }
  for (const { attributes = {} } of messages) {
    const count = Object.keys(attributes).length;
    if (count > maxAttributes)
      throw new RangeError(`${count} message attributes, at most ${maxAttributes} are allowed`);
  }
}

/** @throws RangeError when `max`, `waitMs` or the visibility timeout is outside its limits. */
export function assertReceiveOptions({ max, waitMs, visibilityTimeoutMs }: ReceiveOptions): void {
  if (!Number.isInteger(max) || max < 1 || max > maxBatch)
    throw new RangeError(`cannot receive ${max} messages at once, 1 to ${maxBatch} are allowed`);
  if (!(waitMs >= 0)) throw new RangeError(`cannot wait ${waitMs} ms for messages`);
  assertVisibilityTimeout(visibilityTimeoutMs);
}

/** @throws RangeError when the timeout is negative or above {@link maxVisibilityTimeoutMs}. */
export function assertVisibilityTimeout(timeoutMs: number): void {
  if (!(timeoutMs >= 0 && timeoutMs <= maxVisibilityTimeoutMs)) {
    throw new RangeError(
      `visibility timeout of ${timeoutMs} ms, 0 to ${maxVisibilityTimeoutMs} are allowed`,
    );
  }
}

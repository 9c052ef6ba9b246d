import {
  assertBatch,
  assertReceiveOptions,
  assertVisibilityTimeout,
  maxMessageBytes,
  messageBytes,
} from '../message-limits.js';
import {
  type MessageQueue,
  MessageQueueError,
  type OutgoingMessage,
  type QueueDepth,
  type ReceivedMessage,
  type ReceiveOptions,
  type SendResult,
} from '../message-queue.js';
import type { Arrivals } from './arrivals.js';
import type { DeadLetterPolicy, PeekedMessage } from './queue-operations.js';
import type { QueueWorker } from './queue-worker.js';

/**
 * How often a waiting receive polls for what no arrival announces: messages of other processes, and
 * expired visibility timeouts. An idle poll takes some tens of microseconds.
 */
const pollMs = 100;

const tooLarge: SendResult = { ok: false, code: 'message_too_large', retryable: false };

/** A queue in the embedded database, which can also be inspected. */
export interface EmbeddedQueue extends MessageQueue {
  /** Returns the first `max` messages, visible ones before invisible ones, without delivering them. */
  peek(max: number): Promise<readonly PeekedMessage[]>;
}

/** What the queues of one database share, and the settings of one queue. */
interface EmbeddedQueueParts {
  readonly name: string;
  readonly deadLetter: DeadLetterPolicy | undefined;
  readonly worker: QueueWorker;
  readonly arrivals: Arrivals;
  readonly now: () => number;
  /** Aborted when the database is closed, to end every wait. */
  readonly closing: AbortSignal;
}

/**
 * Has the semantics of SQS. Where SQS leaves a choice: a receipt identifies one delivery, so that a delete
 * with an older receipt does nothing; messages are delivered in the order in which they became visible.
 */
export class SqliteQueue implements EmbeddedQueue {
  readonly name: string;
  readonly system = 'antenna_embedded';
  private readonly parts: EmbeddedQueueParts;
  private readonly closed = new AbortController();

  constructor(parts: EmbeddedQueueParts) {
    this.name = parts.name;
    this.parts = parts;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<readonly SendResult[]> {
    assertBatch(messages);
    const fits = messages.map((message) => messageBytes(message) <= maxMessageBytes);
    const fitting = messages.filter((_, index) => fits[index]);
    const ids = fitting.length === 0 ? [] : await this.insert(fitting);
    const nextId = ids.values();
    return fits.map((fit) =>
      fit ? { ok: true, messageId: String(nextId.next().value) } : tooLarge,
    );
  }

  /** Returns messages that arrive despite an abort; otherwise they would be invisible in vain. */
  async receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    assertReceiveOptions(options);
    this.assertOpen();
    const { arrivals, closing } = this.parts;
    const ends = [closing, this.closed.signal, ...(options.signal ? [options.signal] : [])];
    const signal = AbortSignal.any(ends);
    const deadline = performance.now() + options.waitMs;
    while (!signal.aborted) {
      const seen = arrivals.count;
      const messages = await this.take(options);
      const leftMs = deadline - performance.now();
      if (messages.length > 0 || leftMs <= 0) return messages;
      await arrivals.next(seen, Math.min(leftMs, pollMs), signal);
    }
    return [];
  }

  async delete(receipt: string): Promise<void> {
    this.assertOpen();
    await this.parts.worker.request('delete', { queue: this.name, receipt });
  }

  async changeVisibility(receipt: string, timeoutMs: number): Promise<void> {
    assertVisibilityTimeout(timeoutMs);
    this.assertOpen();
    const now = this.parts.now();
    const changed = await this.parts.worker.request('changeVisibility', {
      queue: this.name,
      now,
      receipt,
      hiddenUntil: Math.ceil(now + timeoutMs),
    });
    if (!changed) {
      throw new MessageQueueError(
        'receipt_expired',
        `the delivery from queue ${this.name} has expired`,
      );
    }
    this.parts.arrivals.announce();
  }

  async depth(): Promise<QueueDepth> {
    this.assertOpen();
    return this.parts.worker.request('depth', { queue: this.name, now: this.parts.now() });
  }

  async peek(max: number): Promise<readonly PeekedMessage[]> {
    this.assertOpen();
    return this.parts.worker.request('peek', { queue: this.name, max });
  }

  async check(): Promise<void> {
    await this.depth();
  }

  /** Ends the waiting receives of this queue; other queues and the database stay open. */
  async close(): Promise<void> {
    this.closed.abort();
  }

  private async insert(messages: readonly OutgoingMessage[]): Promise<readonly string[]> {
    this.assertOpen();
    const { worker, now, arrivals } = this.parts;
    const ids = await worker.request('send', { queue: this.name, now: now(), messages });
    arrivals.announce();
    return ids;
  }

  private take({ max, visibilityTimeoutMs }: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    const { worker, deadLetter } = this.parts;
    const now = this.parts.now();
    const hiddenUntil = Math.ceil(now + visibilityTimeoutMs);
    return worker.request('receive', { queue: this.name, now, max, hiddenUntil, deadLetter });
  }

  private assertOpen(): void {
    if (this.closed.signal.aborted)
      throw new MessageQueueError('unavailable', `queue ${this.name} is closed`);
  }
}

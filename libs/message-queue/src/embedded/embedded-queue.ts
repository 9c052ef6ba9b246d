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
 * How often a waiting receive looks for what it cannot be told of: messages of another process, and
 * deliveries whose time has run out. An idle look costs some tens of microseconds.
 */
const pollMs = 100;

const tooLarge: SendResult = { ok: false, code: 'message_too_large', retryable: false };

/** A queue in the embedded database, which can be looked into as well. */
export interface EmbeddedQueue extends MessageQueue {
  /** The first `max` messages, visible ones before hidden ones, without delivering them. */
  peek(max: number): Promise<readonly PeekedMessage[]>;
}

/** What the queues of one database share, and what one of them is told. */
export interface EmbeddedQueueParts {
  readonly name: string;
  readonly deadLetter: DeadLetterPolicy | undefined;
  readonly worker: QueueWorker;
  readonly arrivals: Arrivals;
  readonly now: () => number;
  /** Ends every wait when the database is closed. */
  readonly closing: AbortSignal;
}

/**
 * Keeps SQS's semantics. Where SQS leaves a choice: a receipt names one delivery, so deleting with that
 * of an earlier delivery does nothing; messages are delivered in the order they became visible.
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

  /** Messages that an abort overtakes on their way are returned: they would be hidden for nothing. */
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
        `queue ${this.name}: the delivery has expired`,
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

  /** Ends the waiting receives of this queue; the others and the database stay open. */
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

import type { Span } from '@opentelemetry/api';

import { errorMessage } from '#antenna/errors';
import { maxBatch, type MessageQueue, type ReceivedMessage } from '#antenna/message-queue';
import type { BackendChecksService } from '#antenna/service';
import {
  inSpan,
  type Logger,
  processSpanStart,
  recordReceive,
  type TraceCarrier,
} from '#antenna/telemetry';
import { secondsSince } from '#antenna/time';

import { Circuit } from './circuit.js';

const receiveWaitMs = 20_000;

/** One delivery of a message, as its handler has read it. */
export interface Consumed {
  readonly message: ReceivedMessage;
  /** The number of crashes that it announces, for the limit of concurrency. */
  readonly crashCount: number;
  /** The trace contexts in which its crashes were sent. */
  readonly senders: readonly TraceCarrier[];
}

export interface QueueConsumerOptions<Delivery extends Consumed> {
  readonly queue: MessageQueue;
  /** Names the queue in log lines: `intake`. */
  readonly role: string;
  /** Maximum number of crashes at the same time. */
  readonly concurrency: number;
  /** Renewed three times per timeout while a message is handled. */
  readonly visibilityTimeoutMs: number;
  readonly open: (message: ReceivedMessage) => Delivery;
  /**
   * Handles a delivery, and deletes the message or makes it visible again.
   * @param span of the whole message
   * @returns whether the backends work; undefined if this delivery does not show it
   * @throws if the queue itself fails; the message is delivered again
   */
  readonly handle: (delivery: Delivery, span: Span) => Promise<boolean | undefined>;
  /** Called at the end of each delivery. */
  readonly onHandled: (seconds: number) => void;
  readonly checks: BackendChecksService;
  readonly logger: Logger;
}

/** Takes messages from a queue until it is stopped; spares backends that are down. */
export class QueueConsumer<Delivery extends Consumed> {
  private readonly stopping = new AbortController();
  private readonly circuit: Circuit;
  /** The messages in flight, and how many crashes each has. */
  private readonly work = new Map<Promise<void>, number>();
  private running: Promise<void> | undefined;

  constructor(private readonly options: QueueConsumerOptions<Delivery>) {
    const { checks } = options;
    this.circuit = new Circuit(async (signal) => await checks.untilAllAnswer(signal));
  }

  /** Messages. */
  get inFlight(): number {
    return this.work.size;
  }

  start(): void {
    this.running = this.run();
  }

  /** Takes no more messages. Those that wait stay on the queue for another process. */
  beginStop(): void {
    this.stopping.abort();
  }

  /** Resolves when the messages in flight are handled. */
  async stop(): Promise<void> {
    this.beginStop();
    await this.running;
    await Promise.all(this.work.keys());
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    // Until the backends answer, every attempt would fail and count against its crash.
    await this.options.checks.untilAllAnswer(signal);
    while (!signal.aborted) {
      await this.circuit.untilProbe(signal);
      const limit = this.circuit.isOpen ? 1 : this.options.concurrency;
      while (this.crashesInFlight >= limit) await Promise.race(this.work.keys());
      for (const delivery of await this.receive(signal)) {
        const work = this.handle(delivery).finally(() => this.work.delete(work));
        this.work.set(work, delivery.crashCount);
      }
    }
  }

  private get crashesInFlight(): number {
    let sum = 0;
    for (const crashes of this.work.values()) sum += crashes;
    return sum;
  }

  private async receive(signal: AbortSignal): Promise<readonly Delivery[]> {
    if (signal.aborted) return [];
    const { queue, role, concurrency, visibilityTimeoutMs, open, logger } = this.options;
    const startedAt = Date.now();
    try {
      const messages = await queue.receive({
        max: this.circuit.isOpen ? 1 : Math.min(maxBatch, concurrency - this.crashesInFlight),
        waitMs: receiveWaitMs,
        visibilityTimeoutMs,
        signal,
      });
      const deliveries = messages.map(open);
      const senders = deliveries.map((delivery) => delivery.senders);
      recordReceive(queue, senders, startedAt);
      return deliveries;
    } catch (error) {
      this.circuit.failed(`receive at ${startedAt}`);
      logger.warn(`cannot receive from the ${role} queue`, { reason: errorMessage(error) });
      return [];
    }
  }

  private async handle(delivery: Delivery): Promise<void> {
    const { message } = delivery;
    const { queue, role, handle, onHandled, logger } = this.options;
    const stopExtending = this.extendVisibility(message);
    const startedAt = performance.now();
    try {
      const start = processSpanStart(queue, message, delivery.senders);
      const worked = await inSpan(
        `process ${queue.name}`,
        start,
        async (span) => await handle(delivery, span),
      );
      if (worked === true) this.circuit.succeeded();
      if (worked === false) this.circuit.failed(message.messageId);
    } catch (error) {
      // The queue itself failed: the message becomes visible again and is redelivered.
      this.circuit.failed(message.messageId);
      logger.warn(`${role} queue failed`, { reason: errorMessage(error) });
    } finally {
      stopExtending();
      onHandled(secondsSince(startedAt));
    }
  }

  private extendVisibility({ receipt }: ReceivedMessage): () => void {
    const { queue, visibilityTimeoutMs, logger } = this.options;
    const timer = setInterval(() => {
      queue.changeVisibility(receipt, visibilityTimeoutMs).catch((error: unknown) => {
        logger.warn('visibility timeout of a message could not be extended', {
          reason: errorMessage(error),
        });
      });
    }, visibilityTimeoutMs / 3);
    return () => clearInterval(timer);
  }
}

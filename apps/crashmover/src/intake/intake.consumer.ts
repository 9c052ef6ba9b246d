/** Takes messages from the intake queue; deletes a message only after its crash is stored. */
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Span } from '@opentelemetry/api';

import { errorMessage } from '#antenna/errors';
import { maxBatch, type MessageQueue, type ReceivedMessage } from '#antenna/message-queue';
import { BackendChecksService, HealthRegistry } from '#antenna/service';
import { inSpan, Logger, Metrics, processSpanStart, recordReceive } from '#antenna/telemetry';
import { secondsSince } from '#antenna/time';

import { CrashmoverConfig } from '../crashmover.config.js';
import { INTAKE_QUEUE } from '../dependencies.js';
import { Circuit } from './circuit.js';
import { crashIdsIn, type Delivery, openDelivery, sendersOf } from './delivery.js';
import { DeliveryService } from './delivery.service.js';

const receiveWaitMs = 20_000;

@Injectable()
export class IntakeConsumer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly circuit: Circuit;
  /** The messages in flight, and how many crashes each has. */
  private readonly inFlight = new Map<Promise<void>, number>();
  private running: Promise<void> | undefined;

  constructor(
    @Inject(INTAKE_QUEUE) private readonly intake: MessageQueue,
    private readonly deliveries: DeliveryService,
    private readonly config: CrashmoverConfig,
    private readonly checks: BackendChecksService,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
    health: HealthRegistry,
  ) {
    // At once: the shutdown hook runs only after the HTTP server has closed.
    health.onDraining(() => this.stopping.abort());
    metrics.observe('antenna.crashmover.in_flight', () => this.inFlight.size);
    this.circuit = new Circuit(async (signal) => await checks.untilAllAnswer(signal));
  }

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  /** Finishes the crashes in flight; other messages stay on the queue for another process. */
  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await Promise.all(this.inFlight.keys());
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    // Until the backends answer, every attempt would fail and count against its crash.
    await this.checks.untilAllAnswer(signal);
    while (!signal.aborted) {
      await this.circuit.untilProbe(signal);
      const limit = this.circuit.isOpen ? 1 : this.config.concurrency;
      while (this.crashesInFlight >= limit) await Promise.race(this.inFlight.keys());
      for (const delivery of await this.receive(signal)) {
        const work = this.handle(delivery).finally(() => this.inFlight.delete(work));
        this.inFlight.set(work, crashIdsIn(delivery).length);
      }
    }
  }

  private get crashesInFlight(): number {
    let sum = 0;
    for (const crashes of this.inFlight.values()) sum += crashes;
    return sum;
  }

  private async receive(signal: AbortSignal): Promise<readonly Delivery[]> {
    if (signal.aborted) return [];
    const startedAt = Date.now();
    try {
      const messages = await this.intake.receive({
        max: this.circuit.isOpen
          ? 1
          : Math.min(maxBatch, this.config.concurrency - this.crashesInFlight),
        waitMs: receiveWaitMs,
        visibilityTimeoutMs: this.config.visibilityTimeoutMs,
        signal,
      });
      const deliveries = messages.map(openDelivery);
      recordReceive(this.intake, deliveries.map(sendersOf), startedAt);
      return deliveries;
    } catch (error) {
      this.circuit.failed(`receive at ${startedAt}`);
      this.logger.warn('cannot receive from the intake queue', { reason: errorMessage(error) });
      return [];
    }
  }

  private async handle(delivery: Delivery): Promise<void> {
    const { message } = delivery;
    const stopExtending = extendVisibility(this.intake, message, {
      visibilityTimeoutMs: this.config.visibilityTimeoutMs,
      onLost: (error) =>
        this.logger.warn('visibility timeout of a message could not be extended', {
          reason: errorMessage(error),
        }),
    });
    const startedAt = performance.now();
    try {
      const { name } = this.intake;
      const start = processSpanStart(this.intake, message, sendersOf(delivery));
      const work = async (span: Span): Promise<void> => {
        const worked = await this.deliveries.handle(delivery, span);
        if (worked === true) this.circuit.succeeded();
        if (worked === false) this.circuit.failed(message.messageId);
      };
      await inSpan(`process ${name}`, start, work);
    } catch (error) {
      // The queue itself failed: the message becomes visible again and is redelivered.
      this.circuit.failed(message.messageId);
      this.logger.warn('intake queue failed', { reason: errorMessage(error) });
    } finally {
      stopExtending();
      this.metrics.record('antenna.crashmover.handling.duration', secondsSince(startedAt));
    }
  }
}

/** Renews a message's visibility timeout three times per timeout; returns a function that stops it. */
function extendVisibility(
  queue: MessageQueue,
  message: ReceivedMessage,
  options: { visibilityTimeoutMs: number; onLost: (error: unknown) => void },
): () => void {
  const timer = setInterval(() => {
    queue.changeVisibility(message.receipt, options.visibilityTimeoutMs).catch(options.onLost);
  }, options.visibilityTimeoutMs / 3);
  return () => clearInterval(timer);
}

import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';

import type { MessageQueue } from '#antenna/message-queue';
import { type Consumed, QueueConsumer } from '#antenna/queue-consumer';
import { BackendChecksService, HealthRegistry } from '#antenna/service';
import type { Symbols } from '#antenna/symbols';
import { Logger, Metrics } from '#antenna/telemetry';

import { PROCESSING_QUEUE, SYMBOLS } from '../dependencies.js';
import { StackWalkersService } from '../process/stack-walkers.service.js';
import { ProcessorConfig } from '../processor.config.js';
import { DeliveryService } from './delivery.service.js';

/** Takes crash ids from the processing queue; a message is deleted only after its processed crash is stored. */
@Injectable()
export class ProcessingConsumer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly consumer: QueueConsumer<Consumed>;

  constructor(
    @Inject(PROCESSING_QUEUE) processing: MessageQueue,
    deliveries: DeliveryService,
    private readonly walkers: StackWalkersService,
    @Inject(SYMBOLS) private readonly symbols: Symbols,
    { concurrency, visibilityTimeoutMs }: ProcessorConfig,
    checks: BackendChecksService,
    logger: Logger,
    metrics: Metrics,
    health: HealthRegistry,
  ) {
    this.consumer = new QueueConsumer<Consumed>({
      queue: processing,
      role: 'processing',
      concurrency,
      visibilityTimeoutMs,
      open: (message) => ({ message, crashCount: 1, senders: [message.attributes] }),
      handle: async ({ message }, span) => await deliveries.handle(message, span),
      onHandled: (seconds) => metrics.record('antenna.processor.handling.duration', seconds),
      checks,
      logger,
    });
    health.onDraining(() => this.consumer.beginStop());
    metrics.observe('antenna.processor.in_flight', () => this.consumer.inFlight);
  }

  onApplicationBootstrap(): void {
    this.consumer.start();
  }

  /** Finishes the crashes in flight; other messages stay on the queue for another process. */
  async onApplicationShutdown(): Promise<void> {
    await this.consumer.stop();
    await this.walkers.close();
    this.symbols.close();
  }
}

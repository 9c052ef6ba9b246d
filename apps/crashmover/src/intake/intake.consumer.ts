import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';

import type { MessageQueue } from '#antenna/message-queue';
import { QueueConsumer } from '#antenna/queue-consumer';
import { BackendChecksService, HealthRegistry } from '#antenna/service';
import { Logger, Metrics } from '#antenna/telemetry';

import { CrashmoverConfig } from '../crashmover.config.js';
import { INTAKE_QUEUE } from '../dependencies.js';
import { type Delivery, openDelivery } from './delivery.js';
import { DeliveryService } from './delivery.service.js';

/** Takes messages from the intake queue; a message is deleted only after its crash is stored. */
@Injectable()
export class IntakeConsumer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly consumer: QueueConsumer<Delivery>;

  constructor(
    @Inject(INTAKE_QUEUE) intake: MessageQueue,
    deliveries: DeliveryService,
    { concurrency, visibilityTimeoutMs }: CrashmoverConfig,
    checks: BackendChecksService,
    logger: Logger,
    metrics: Metrics,
    health: HealthRegistry,
  ) {
    this.consumer = new QueueConsumer({
      queue: intake,
      role: 'intake',
      concurrency,
      visibilityTimeoutMs,
      open: openDelivery,
      handle: async (delivery, span) => await deliveries.handle(delivery, span),
      onHandled: (seconds) => metrics.record('antenna.crashmover.handling.duration', seconds),
      checks,
      logger,
    });
    // At once: the shutdown hook runs only after the HTTP server has closed.
    health.onDraining(() => this.consumer.beginStop());
    metrics.observe('antenna.crashmover.in_flight', () => this.consumer.inFlight);
  }

  onApplicationBootstrap(): void {
    this.consumer.start();
  }

  /** Finishes the crashes in flight; other messages stay on the queue for another process. */
  async onApplicationShutdown(): Promise<void> {
    await this.consumer.stop();
  }
}

import { type DynamicModule, Inject, Module } from '@nestjs/common';

import type { BlobStore } from '#antenna/blob-store';
import type { MessageQueue } from '#antenna/message-queue';
import { HealthRegistry } from '#antenna/service';

import { CrashmoverConfig } from './crashmover.config.js';
import { DeadLetterService } from './dead-letter/dead-letter.service.js';
import { DeliveryService } from './intake/delivery.service.js';
import { IntakeConsumer } from './intake/intake.consumer.js';
import { MoveService } from './intake/move.service.js';
import { QueueDepths } from './intake/queue-depths.js';
import { RetryService } from './intake/retry.service.js';
import { SplitOffService } from './intake/split-off.service.js';
import { SubmittedIdOrder } from './intake/submitted-id-order.js';
import { PublishService } from './publish/publish.service.js';
import { RetentionService } from './retention/retention.service.js';
import { SaveService } from './save/save.service.js';
import {
  CRASH_STORE,
  type CrashmoverDependencies,
  DEAD_LETTER_QUEUE,
  INTAKE_QUEUE,
  PROCESSING_QUEUE,
  STAGING_STORE,
} from './dependencies.js';

@Module({
  providers: [
    SaveService,
    PublishService,
    DeadLetterService,
    SubmittedIdOrder,
    MoveService,
    RetryService,
    SplitOffService,
    DeliveryService,
    QueueDepths,
    IntakeConsumer,
    RetentionService,
  ],
})
export class CrashmoverModule {
  constructor(
    health: HealthRegistry,
    @Inject(STAGING_STORE) staging: BlobStore,
    @Inject(CRASH_STORE) crashes: BlobStore,
    @Inject(INTAKE_QUEUE) intake: MessageQueue,
    @Inject(PROCESSING_QUEUE) processing: MessageQueue,
    @Inject(DEAD_LETTER_QUEUE) deadLetters: MessageQueue,
  ) {
    health.addBackend('staging', () => staging.check());
    health.addBackend('crashes', () => crashes.check());
    health.addBackend('intake', () => intake.check());
    health.addBackend('processing', () => processing.check());
    health.addBackend('dead_letters', () => deadLetters.check());
  }

  static with(dependencies: CrashmoverDependencies): DynamicModule {
    return {
      module: CrashmoverModule,
      providers: [
        { provide: CrashmoverConfig, useValue: dependencies.config },
        { provide: STAGING_STORE, useValue: dependencies.staging },
        { provide: CRASH_STORE, useValue: dependencies.crashes },
        { provide: INTAKE_QUEUE, useValue: dependencies.intake },
        { provide: PROCESSING_QUEUE, useValue: dependencies.processing },
        { provide: DEAD_LETTER_QUEUE, useValue: dependencies.deadLetters },
      ],
    };
  }
}

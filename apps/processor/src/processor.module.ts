import { type DynamicModule, Inject, Module } from '@nestjs/common';

import type { BlobStore } from '#antenna/blob-store';
import type { ProcessedIndex } from '#antenna/crash-index';
import type { MessageQueue } from '#antenna/message-queue';
import { HealthRegistry } from '#antenna/service';

import { DeliveryService } from './consume/delivery.service.js';
import { ProcessingConsumer } from './consume/processing.consumer.js';
import { QueueDepths } from './consume/queue-depths.js';
import { DeadLetterService } from './dead-letter/dead-letter.service.js';
import {
  CRASH_INDEX,
  CRASH_STORE,
  DEAD_LETTER_QUEUE,
  PROCESSING_QUEUE,
  type ProcessorDependencies,
  SYMBOLS,
} from './dependencies.js';
import { DumpWalksService } from './process/dump-walks.service.js';
import { ProcessService } from './process/process.service.js';
import { SignatureListsService } from './process/signature-lists.service.js';
import { StackWalkersService } from './process/stack-walkers.service.js';
import { ProcessorConfig } from './processor.config.js';

/** Where no index is configured. */
const noIndex: ProcessedIndex = {
  put: async () => undefined,
  remove: async () => undefined,
};

@Module({
  providers: [
    SignatureListsService,
    StackWalkersService,
    DumpWalksService,
    ProcessService,
    DeadLetterService,
    DeliveryService,
    QueueDepths,
    ProcessingConsumer,
  ],
})
export class ProcessorModule {
  constructor(
    health: HealthRegistry,
    @Inject(CRASH_STORE) crashes: BlobStore,
    @Inject(PROCESSING_QUEUE) processing: MessageQueue,
    @Inject(DEAD_LETTER_QUEUE) deadLetters: MessageQueue,
  ) {
    health.addBackend('crashes', () => crashes.check());
    health.addBackend('processing', () => processing.check());
    health.addBackend('dead_letters', () => deadLetters.check());
  }

  static with(dependencies: ProcessorDependencies): DynamicModule {
    return {
      module: ProcessorModule,
      providers: [
        { provide: ProcessorConfig, useValue: dependencies.config },
        { provide: CRASH_STORE, useValue: dependencies.crashes },
        { provide: PROCESSING_QUEUE, useValue: dependencies.processing },
        { provide: DEAD_LETTER_QUEUE, useValue: dependencies.deadLetters },
        { provide: SYMBOLS, useValue: dependencies.symbols },
        { provide: CRASH_INDEX, useValue: dependencies.index ?? noIndex },
      ],
    };
  }
}

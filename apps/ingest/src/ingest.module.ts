import { type DynamicModule, Module } from '@nestjs/common';

import type { BlobStore } from '#antenna/blob-store';
import type { MessageQueue } from '#antenna/message-queue';

import { IngestConfig } from './ingest.config.js';
import { ShipperService } from './shipping/shipper.service.js';
import { SpoolService } from './spool/spool.service.js';
import { ConnectionFaults } from './submit/connection-faults.js';
import { SubmissionService } from './submit/submission.service.js';
import { SubmitController } from './submit/submit.controller.js';
import { ThrottleService } from './throttle/throttle.service.js';
import { INTAKE_QUEUE, STAGING_STORE } from './tokens.js';

/** What ingest is given by whoever starts it; it knows no adapter. */
export interface IngestDependencies {
  readonly config: IngestConfig;
  /** Where envelopes are shipped to. */
  readonly staging: BlobStore;
  /** Where they are announced. */
  readonly intake: MessageQueue;
}

@Module({})
export class IngestModule {
  static with(dependencies: IngestDependencies, faults: ConnectionFaults): DynamicModule {
    return {
      module: IngestModule,
      controllers: [SubmitController],
      providers: [
        { provide: IngestConfig, useValue: dependencies.config },
        { provide: STAGING_STORE, useValue: dependencies.staging },
        { provide: INTAKE_QUEUE, useValue: dependencies.intake },
        { provide: ConnectionFaults, useValue: faults },
        SpoolService,
        ThrottleService,
        SubmissionService,
        ShipperService,
      ],
    };
  }
}

import { type DynamicModule, Module } from '@nestjs/common';

import type { BlobStore } from '#antenna/blob-store';
import type { MessageQueue } from '#antenna/message-queue';
import { RulesetCache } from '#antenna/service';
import { Logger, Metrics } from '#antenna/telemetry';

import { IngestConfig } from './ingest.config.js';
import { INTAKE_QUEUE, ShipperService, STAGING_STORE } from './shipping/shipper.service.js';
import { SpoolService } from './spool/spool.service.js';
import { ConnectionFaults } from './connection/connection-faults.js';
import { ProductCounts } from './report/product-counts.js';
import { SubmissionService } from './report/submission.service.js';
import { SubmitController } from './submit.controller.js';
import { LiveRuleset } from './throttle/live-ruleset.js';
import { RulesetPollerService } from './throttle/ruleset-poller.service.js';
import { ThrottleService } from './throttle/throttle.service.js';
import { VerdictCounts } from './throttle/verdict-counts.js';
import { VerdictReporterService } from './throttle/verdict-reporter.service.js';

/** What the caller gives to ingest, which does not depend on any adapter. */
export interface IngestDependencies {
  readonly config: IngestConfig;
  /** Receives the envelopes. */
  readonly staging: BlobStore;
  /** Receives a message for each envelope. */
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
        {
          provide: LiveRuleset,
          useFactory: (logger: Logger, metrics: Metrics, counts: VerdictCounts) =>
            new LiveRuleset(logger, metrics, counts),
          inject: [Logger, Metrics, VerdictCounts],
        },
        { provide: RulesetCache, useValue: new RulesetCache(dependencies.config.rulesetCache) },
        VerdictCounts,
        SpoolService,
        ThrottleService,
        RulesetPollerService,
        VerdictReporterService,
        ProductCounts,
        SubmissionService,
        ShipperService,
      ],
    };
  }
}

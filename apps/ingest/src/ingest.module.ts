import { type DynamicModule, Module, type Provider } from '@nestjs/common';

import type { BlobStore } from '#antenna/blob-store';
import type { MessageQueue } from '#antenna/message-queue';
import { RulesetCache } from '#antenna/service';
import { Logger, Metrics } from '#antenna/telemetry';

import { IngestConfig } from './ingest.config.js';
import { DrainService, ON_DRAINED } from './shipping/drain.service.js';
import {
  INTAKE_QUEUE,
  ON_REPORTS_LEFT,
  ShipperService,
  STAGING_STORE,
} from './shipping/shipper.service.js';
import { SpoolService } from './spool/spool.service.js';
import { ConnectionFaults } from './connection/connection-faults.js';
import { ProductCounts } from './report/product-counts.js';
import { SubmissionService } from './report/submission.service.js';
import { SubmitController } from './submit.controller.js';
import { LiveRuleset } from './throttle/live-ruleset.js';
import { BACKEND_FINGERPRINT, StartupGateService } from './startup-gate/startup-gate.service.js';
import { RulesetPollerService } from './throttle/ruleset-poller.service.js';
import { ShadowRules } from './throttle/shadow/shadow-rules.service.js';
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
  /** Changes with the stores, queues and credentials that are configured; STARTUP_GATE compares it. */
  readonly backendFingerprint?: string;
  /** Called when the service ends and leaves acknowledged reports in the spool. */
  readonly onReportsLeft?: () => void;
}

@Module({})
export class IngestModule {
  static with(dependencies: IngestDependencies, faults: ConnectionFaults): DynamicModule {
    return {
      module: IngestModule,
      controllers: [SubmitController],
      providers: [
        ...shippingOf(dependencies),
        { provide: BACKEND_FINGERPRINT, useValue: dependencies.backendFingerprint ?? '' },
        StartupGateService,
        { provide: ConnectionFaults, useValue: faults },
        {
          provide: LiveRuleset,
          useFactory: (logger: Logger, metrics: Metrics, counts: VerdictCounts) =>
            new LiveRuleset(logger, metrics, counts),
          inject: [Logger, Metrics, VerdictCounts],
        },
        { provide: RulesetCache, useValue: new RulesetCache(dependencies.config.rulesetCache) },
        VerdictCounts,
        ShadowRules,
        ThrottleService,
        RulesetPollerService,
        VerdictReporterService,
        ProductCounts,
        SubmissionService,
      ],
    };
  }
}

/** Only the second half of ingest: ships what a spool holds and accepts nothing. */
@Module({})
export class DrainModule {
  static with(dependencies: IngestDependencies, onDrained: () => void): DynamicModule {
    return {
      module: DrainModule,
      providers: [
        ...shippingOf(dependencies),
        { provide: ON_DRAINED, useValue: onDrained },
        DrainService,
      ],
    };
  }
}

function shippingOf(dependencies: IngestDependencies): Provider[] {
  const { config, staging, intake, onReportsLeft = () => undefined } = dependencies;
  return [
    { provide: IngestConfig, useValue: config },
    { provide: STAGING_STORE, useValue: staging },
    { provide: INTAKE_QUEUE, useValue: intake },
    { provide: ON_REPORTS_LEFT, useValue: onReportsLeft },
    SpoolService,
    ShipperService,
  ];
}

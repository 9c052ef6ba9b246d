import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Logger, Metrics } from '#antenna/telemetry';
import { readVersion } from '#antenna/version';
import { BROKEN_TOKEN, BrokenController } from './dockerflow/broken.controller.js';
import { DockerflowController, VERSION } from './dockerflow/dockerflow.controller.js';
import { MetricsController } from './dockerflow/metrics.controller.js';
import { BackendChecksService } from './health/backend-checks.service.js';
import { HealthRegistry } from './health/health-registry.js';
import { ProbesController } from './health/probes.controller.js';

export interface ServiceModuleOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Clients need this token to open `/__broken__`. */
  readonly brokenToken?: string | undefined;
}

/**
 * Provides the logger, metrics and health registry of a service for injection, and the Dockerflow and probe endpoints. `startHttpService` adds it; a service's own module does not import it.
 */
@Global()
@Module({})
export class ServiceModule {
  static forRoot({ logger, metrics, brokenToken }: ServiceModuleOptions): DynamicModule {
    return {
      module: ServiceModule,
      // The probes write their own log lines, one per change.
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [DockerflowController, BrokenController, MetricsController, ProbesController],
      providers: [
        { provide: Logger, useValue: logger },
        { provide: Metrics, useValue: metrics },
        { provide: VERSION, useFactory: () => readVersion() },
        { provide: BROKEN_TOKEN, useValue: brokenToken },
        HealthRegistry,
        BackendChecksService,
      ],
      exports: [Logger, Metrics, HealthRegistry, BackendChecksService],
    };
  }
}

import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Logger, Metrics } from '#antenna/telemetry';
import { BROKEN_TOKEN, BrokenController } from './dockerflow/broken.controller.js';
import { DockerflowController } from './dockerflow/dockerflow.controller.js';
import { MetricsController } from './dockerflow/metrics.controller.js';
import { VERSION, readVersion } from './dockerflow/version.js';
import { BackendChecksService } from './health/backend-checks.service.js';
import { HealthRegistry } from './health/health-registry.js';
import { ProbesController } from './health/probes.controller.js';

export interface ServiceModuleOptions {
  readonly name: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Opens `/__broken__` to those who know it. */
  readonly brokenToken?: string | undefined;
}

/**
 * What every service has: its logger, metrics and health registry to inject anywhere, and the Dockerflow and probe
 * endpoints. `startHttpService` adds it; a service's own module does not import it.
 */
@Global()
@Module({})
export class ServiceModule {
  static forRoot({ name, logger, metrics, brokenToken }: ServiceModuleOptions): DynamicModule {
    return {
      module: ServiceModule,
      // The probes write their own log lines, once per change.
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [DockerflowController, BrokenController, MetricsController, ProbesController],
      providers: [
        { provide: Logger, useValue: logger },
        { provide: Metrics, useValue: metrics },
        { provide: VERSION, useFactory: () => ({ ...readVersion(), service: name }) },
        { provide: BROKEN_TOKEN, useValue: brokenToken },
        HealthRegistry,
        BackendChecksService,
      ],
      exports: [Logger, Metrics, HealthRegistry, BackendChecksService],
    };
  }
}

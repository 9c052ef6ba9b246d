import { type DynamicModule, Global, Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { type Logger, Metrics } from '#antenna/telemetry';
import { DockerflowController } from './dockerflow/dockerflow.controller.js';
import { readVersion } from './dockerflow/version.js';
import { BackingChecksService } from './health/backing-checks.service.js';
import { HealthRegistry } from './health/health-registry.js';
import { ProbesController } from './health/probes.controller.js';
import { LOGGER, VERSION } from './tokens.js';

export interface ServiceModuleOptions {
  readonly name: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * What every service has: its logger, metrics and health registry to inject anywhere, and the Dockerflow and probe
 * endpoints. `startHttpService` adds it; a service's own module does not import it.
 */
@Global()
@Module({})
export class ServiceModule {
  static forRoot({ name, logger, metrics }: ServiceModuleOptions): DynamicModule {
    return {
      module: ServiceModule,
      // The probes write their own log lines, once per change.
      imports: [TerminusModule.forRoot({ logger: false })],
      controllers: [DockerflowController, ProbesController],
      providers: [
        { provide: LOGGER, useValue: logger },
        { provide: Metrics, useValue: metrics },
        { provide: VERSION, useFactory: () => ({ ...readVersion(), service: name }) },
        HealthRegistry,
        BackingChecksService,
      ],
      exports: [LOGGER, Metrics, HealthRegistry, BackingChecksService],
    };
  }
}

import { Controller, Get } from '@nestjs/common';
import { HealthCheck, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import type { HealthCheckResult, HealthIndicatorResult } from '@nestjs/terminus';
import { Logger } from '#antenna/telemetry';
import { HealthRegistry } from './health-registry.js';

/** The probes of Kubernetes. None depends on another service: an outage elsewhere must not restart this one. */
@Controller('health')
export class ProbesController {
  private reported = '';

  constructor(
    private readonly checks: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly health: HealthRegistry,
    private readonly logger: Logger,
  ) {}

  @Get('startup')
  @HealthCheck()
  async startup(): Promise<HealthCheckResult> {
    return await this.answer('startup', this.health.startupProblems());
  }

  /** Always succeeds: an answer shows that the event loop is not blocked. */
  @Get('live')
  @HealthCheck()
  async live(): Promise<HealthCheckResult> {
    return await this.answer('live', new Map());
  }

  @Get('ready')
  @HealthCheck()
  async ready(): Promise<HealthCheckResult> {
    const problems = this.health.readinessProblems();
    this.reportChange(problems);
    return await this.answer('ready', problems);
  }

  private async answer(
    probe: string,
    problems: ReadonlyMap<string, string>,
  ): Promise<HealthCheckResult> {
    const results: HealthIndicatorResult[] = [...problems].map(([name, problem]) =>
      this.indicators.check(name).down(problem),
    );
    if (results.length === 0) results.push(this.indicators.check(probe).up());
    return await this.checks.check(results.map((result) => () => result));
  }

  /** Probes repeat every few seconds, so only changes are logged. */
  private reportChange(problems: ReadonlyMap<string, string>): void {
    const now = [...problems.keys()].join(', ');
    if (now === this.reported) return;
    this.reported = now;
    if (now === '') this.logger.info('ready again');
    else this.logger.warn(`not ready: ${[...problems.values()].join('; ')}`);
  }
}

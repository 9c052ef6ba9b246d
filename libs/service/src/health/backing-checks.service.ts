import { Injectable } from '@nestjs/common';
import { errorMessage } from '#antenna/errors';
import { Logger, Metrics } from '#antenna/telemetry';
import { pause } from '#antenna/time';
import { retryDelayMs } from '../retry-delay.js';
import { type BackingService, HealthRegistry } from './health-registry.js';

/** How long a backing service may take to answer. */
const checkTimeoutMs = 2000;

/** Asks every backing service at once whether it answers; counts and logs those that do not. */
@Injectable()
export class BackingChecksService {
  constructor(
    private readonly health: HealthRegistry,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  /** Asks again, less and less often, until every backing service answers; false when the signal ended it. */
  async untilAllAnswer(signal: AbortSignal): Promise<boolean> {
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      if (await this.allAnswer()) return true;
      await pause(retryDelayMs(attempt, { baseMs: 500, maxMs: 5000 }), signal);
    }
    return false;
  }

  async allAnswer(): Promise<boolean> {
    return [...(await this.run()).values()].every((result) => result === 'ok');
  }

  /** By service: `ok`, or what went wrong. */
  async run(): Promise<Map<string, string>> {
    const services = this.health.backingServices;
    this.metrics.allow(
      'check',
      services.map(({ name }) => name),
    );
    const results = services.map(
      async (service) => [service.name, await this.check(service)] as const,
    );
    return new Map(await Promise.all(results));
  }

  private async check({ name, check }: BackingService): Promise<string> {
    const waiting = new AbortController();
    try {
      await Promise.race([check(), timeout(waiting.signal)]);
      return 'ok';
    } catch (error) {
      this.metrics.increment('antenna.health.failures', { check: name });
      this.logger.warn(`health check of ${name} failed`, { check: name, error });
      return errorMessage(error);
    } finally {
      waiting.abort();
    }
  }
}

async function timeout(signal: AbortSignal): Promise<void> {
  await pause(checkTimeoutMs, signal, { ref: false });
  if (!signal.aborted) throw new Error(`no answer within ${checkTimeoutMs} ms`);
}

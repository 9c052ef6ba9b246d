import { Injectable } from '@nestjs/common';
import { errorMessage } from '#antenna/errors';
import { Logger, Metrics } from '#antenna/telemetry';
import { pause } from '#antenna/time';
import { retryDelayMs } from '../retry-delay.js';
import { type Backend, HealthRegistry } from './health-registry.js';

/** How long a backend may take to answer. */
const checkTimeoutMs = 2000;

/** Checks all backends at the same time; counts and logs failures. */
@Injectable()
export class BackendChecksService {
  constructor(
    private readonly health: HealthRegistry,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  /** Repeats the checks, with growing delays, until all backends answer; false when the signal aborted first. */
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

  /** By backend: `ok`, or the error message. */
  async run(): Promise<Map<string, string>> {
    const { backends } = this.health;
    this.metrics.allow(
      'check',
      backends.map(({ name }) => name),
    );
    const results = backends.map(
      async (backend) => [backend.name, await this.check(backend)] as const,
    );
    return new Map(await Promise.all(results));
  }

  private async check({ name, check }: Backend): Promise<string> {
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

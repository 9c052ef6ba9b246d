import { Inject, Injectable } from '@nestjs/common';

import type { MessageQueue } from '#antenna/message-queue';
import { isLastAttempt } from '#antenna/queue-consumer';
import { BackendChecksService, retryDelayMs } from '#antenna/service';
import { Logger, Metrics } from '#antenna/telemetry';

import { CrashmoverConfig } from '../crashmover.config.js';
import { INTAKE_QUEUE } from '../dependencies.js';
import type { MoveError } from '../move-error.js';
import type { Delivery } from './delivery.js';

/** A crash that waits for another attempt. */
interface PendingCrash {
  readonly crash: { readonly crashId: string };
  readonly failure: MoveError;
}

/** Decides whether a failed crash gets another attempt, and hides its message until then. */
@Injectable()
export class RetryService {
  constructor(
    @Inject(INTAKE_QUEUE) private readonly intake: MessageQueue,
    private readonly config: CrashmoverConfig,
    private readonly checks: BackendChecksService,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  async isFinal({ attempts }: Delivery, { retries }: MoveError): Promise<boolean> {
    const { maxAttempts } = this.config;
    return await isLastAttempt({ attempts, maxAttempts }, retries, this.checks);
  }

  async retryLater(delivery: Delivery, crashes: readonly PendingCrash[]): Promise<void> {
    const { message, attempts } = delivery;
    const { retryBaseMs: baseMs, retryMaxMs: maxMs } = this.config;
    const delayMs = retryDelayMs(attempts, { baseMs, maxMs });
    for (const crash of crashes) this.announce(crash, attempts, delayMs);
    await this.intake.changeVisibility(message.receipt, delayMs);
  }

  /** Logs and counts a crash that is retried. */
  announce({ crash, failure }: PendingCrash, attempt: number, delayMs: number): void {
    this.metrics.increment('antenna.crashmover.retries');
    this.logger.warn(`${crash.crashId} not moved yet`, {
      crash_id: crash.crashId,
      stage: failure.stage,
      reason: failure.code,
      attempt,
      next_attempt_in_ms: Math.round(delayMs),
    });
  }
}

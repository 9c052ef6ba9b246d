/** Handles one delivery of the processing queue, and decides on failures. */
import { Inject, Injectable } from '@nestjs/common';
import type { Span } from '@opentelemetry/api';

import { isCrashId } from '#antenna/crash-report';
import type { MessageQueue, ReceivedMessage } from '#antenna/message-queue';
import { briefAttempts, isLastAttempt } from '#antenna/queue-consumer';
import { BackendChecksService, retryDelayMs } from '#antenna/service';
import { forCrash, Logger, markFailed, Metrics } from '#antenna/telemetry';

import { DeadLetterService } from '../dead-letter/dead-letter.service.js';
import { PROCESSING_QUEUE } from '../dependencies.js';
import { type Processed, ProcessService } from '../process/process.service.js';
import { ProcessError } from '../process-error.js';
import { ProcessorConfig } from '../processor.config.js';

@Injectable()
export class DeliveryService {
  constructor(
    @Inject(PROCESSING_QUEUE) private readonly processing: MessageQueue,
    private readonly processor: ProcessService,
    private readonly deadLetters: DeadLetterService,
    private readonly checks: BackendChecksService,
    private readonly config: ProcessorConfig,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  /**
   * @param span of the message
   * @returns whether the backends work; undefined if this delivery does not show it
   * @throws MessageQueueError if a queue fails; the message is delivered again
   */
  async handle(message: ReceivedMessage, span: Span): Promise<boolean | undefined> {
    const { body } = message;
    if (isCrashId(body)) return await forCrash(body, async () => await this.process(message, span));
    return await this.fail(message, new ProcessError('intake', 'invalid_message', 'never'), span);
  }

  private async process(message: ReceivedMessage, span: Span): Promise<boolean | undefined> {
    const { body: crashId, receiveCount } = message;
    try {
      const outcome = await this.processor.process(crashId, {
        // A failed attempt with this number was the last: those before ended the processor, or the queue was down.
        isKiller: receiveCount > this.config.maxAttempts,
        isWithoutSymbols: receiveCount >= briefAttempts,
      });
      await this.processing.delete(message.receipt);
      this.count(outcome, span);
      return true;
    } catch (error) {
      if (error instanceof ProcessError) return await this.fail(message, error, span);
      throw error;
    }
  }

  private async fail(
    message: ReceivedMessage,
    failure: ProcessError,
    span: Span,
  ): Promise<boolean | undefined> {
    markFailed(span, failure);
    const { receipt, receiveCount: attempts } = message;
    const { maxAttempts } = this.config;
    if (await isLastAttempt({ attempts, maxAttempts }, failure.retries, this.checks)) {
      await this.deadLetters.add(message, failure);
      await this.processing.delete(receipt);
      this.count('dead_lettered', span);
    } else {
      await this.retryLater(message, failure);
      this.count('retried', span);
    }
    return failure.isOfBackend ? false : undefined;
  }

  private async retryLater(
    { body: crashId, receipt, receiveCount }: ReceivedMessage,
    failure: ProcessError,
  ): Promise<void> {
    const { retryBaseMs: baseMs, retryMaxMs: maxMs } = this.config;
    const delayMs = retryDelayMs(receiveCount, { baseMs, maxMs });
    this.logger.warn(`${crashId} not processed yet`, {
      crash_id: crashId,
      stage: failure.stage,
      reason: failure.code,
      attempt: receiveCount,
      next_attempt_in_ms: Math.round(delayMs),
    });
    await this.processing.changeVisibility(receipt, delayMs);
  }

  private count(outcome: Processed | 'retried' | 'dead_lettered', span: Span): void {
    span.setAttribute('crash.outcome', outcome);
    this.metrics.increment('antenna.processor.outcomes', { outcome });
  }
}

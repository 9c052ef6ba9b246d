/** Takes messages from the intake queue; deletes a message only after its crash is stored. */
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Span } from '@opentelemetry/api';

import { IntakeMessageError, parseIntakeMessage } from '#antenna/crash-report';
import { errorMessage } from '#antenna/errors';
import { ByteSemaphore } from '#antenna/memory';
import { maxBatch, type MessageQueue, type ReceivedMessage } from '#antenna/message-queue';
import { BackendChecksService, HealthRegistry, retryDelayMs } from '#antenna/service';
import {
  forCrash,
  inSpan,
  Logger,
  markFailed,
  Metrics,
  processSpanStart,
  recordReceive,
  type TraceCarrier,
} from '#antenna/telemetry';
import { secondsSince } from '#antenna/time';

import { CrashmoverConfig } from '../crashmover.config.js';
import { DeadLetterService } from '../dead-letter/dead-letter.service.js';
import { INTAKE_QUEUE } from '../dependencies.js';
import { MoveError, withStage } from '../move-error.js';
import { Circuit } from './circuit.js';
import { type Moved, MoveService, type StagedCrash } from './move.service.js';

const receiveWaitMs = 20_000;
/** Half a minute with the default `RETRY_BASE`. */
const briefAttempts = 5;

@Injectable()
export class IntakeConsumer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly circuit: Circuit;
  private readonly envelopeMemory: ByteSemaphore;
  private readonly inFlight = new Set<Promise<void>>();
  private running: Promise<void> | undefined;

  constructor(
    @Inject(INTAKE_QUEUE) private readonly intake: MessageQueue,
    private readonly mover: MoveService,
    private readonly deadLetters: DeadLetterService,
    private readonly config: CrashmoverConfig,
    private readonly checks: BackendChecksService,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
    health: HealthRegistry,
  ) {
    // At once: the shutdown hook runs only after the HTTP server has closed.
    health.onDraining(() => this.stopping.abort());
    metrics.observe('antenna.crashmover.in_flight', () => this.inFlight.size);
    this.envelopeMemory = new ByteSemaphore(config.envelopeMemoryBytes);
    this.circuit = new Circuit(async (signal) => await checks.untilAllAnswer(signal));
  }

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  /** Finishes the crashes in flight; other messages stay on the queue for another process. */
  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await Promise.all(this.inFlight);
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    // Until the backends answer, every attempt would fail and count against its crash.
    await this.checks.untilAllAnswer(signal);
    while (!signal.aborted) {
      await this.circuit.untilProbe(signal);
      const limit = this.circuit.isOpen ? 1 : this.config.concurrency;
      while (this.inFlight.size >= limit) await Promise.race(this.inFlight);
      for (const message of await this.receive(signal)) {
        const work = this.handle(message).finally(() => this.inFlight.delete(work));
        this.inFlight.add(work);
      }
    }
  }

  private get freeSlots(): number {
    return this.config.concurrency - this.inFlight.size;
  }

  private async receive(signal: AbortSignal): Promise<readonly ReceivedMessage[]> {
    if (signal.aborted) return [];
    const startedAt = Date.now();
    try {
      const messages = await this.intake.receive({
        max: this.circuit.isOpen ? 1 : Math.min(maxBatch, this.freeSlots),
        waitMs: receiveWaitMs,
        visibilityTimeoutMs: this.config.visibilityTimeoutMs,
        signal,
      });
      recordReceive(this.intake, messages, startedAt);
      return messages;
    } catch (error) {
      this.circuit.failed(`receive at ${startedAt}`);
      this.logger.warn('cannot receive from the intake queue', { reason: errorMessage(error) });
      return [];
    }
  }

  private async handle(message: ReceivedMessage): Promise<void> {
    const stopExtending = extendVisibility(this.intake, message, {
      visibilityTimeoutMs: this.config.visibilityTimeoutMs,
      onLost: (error) =>
        this.logger.warn('visibility timeout of a message could not be extended', {
          reason: errorMessage(error),
        }),
    });
    const startedAt = performance.now();
    try {
      const { name } = this.intake;
      const start = processSpanStart(this.intake, message);
      await inSpan(`process ${name}`, start, async (span) => await this.attempt(message, span));
    } catch (error) {
      // The queue itself failed: the message becomes visible again and is redelivered.
      this.circuit.failed(message.messageId);
      this.logger.warn('intake queue failed', { reason: errorMessage(error) });
    } finally {
      stopExtending();
      this.metrics.record('antenna.crashmover.handling.duration', secondsSince(startedAt));
    }
  }

  private async attempt(message: ReceivedMessage, span: Span): Promise<void> {
    let crashId = 'unknown';
    try {
      const parsed = await withStage('intake', async () => onlyCrashIn(message.body));
      crashId = parsed.crashId;
      const outcome = await forCrash(crashId, async () => await this.move(message, parsed));
      await this.intake.delete(message.receipt);
      this.circuit.succeeded();
      this.recordOutcome(span, outcome);
    } catch (error) {
      if (!(error instanceof MoveError)) throw error;
      markFailed(span, error);
      this.recordOutcome(span, await this.failed(message, crashId, error));
    }
  }

  private recordOutcome(span: Span, outcome: Moved | 'retried' | 'dead_lettered'): void {
    this.metrics.increment('antenna.crashmover.outcomes', { outcome });
    span.setAttribute('crash.outcome', outcome);
  }

  private async move(message: ReceivedMessage, parsed: StagedCrash): Promise<Moved> {
    const release = await this.envelopeMemory.acquire(parsed.size);
    try {
      return await this.mover.move(parsed, traceContextOf(message));
    } finally {
      release();
    }
  }

  private async failed(
    message: ReceivedMessage,
    crashId: string,
    failure: MoveError,
  ): Promise<'retried' | 'dead_lettered'> {
    if (failure.retries === 'fully') this.circuit.failed(message.messageId);
    if (failure.retries === 'never' || (await this.isSpent(message, failure))) {
      await this.deadLetters.add(message, crashId, failure);
      await this.intake.delete(message.receipt);
      return 'dead_lettered';
    }
    const delayMs = retryDelayMs(message.receiveCount, {
      baseMs: this.config.retryBaseMs,
      maxMs: this.config.retryMaxMs,
    });
    this.metrics.increment('antenna.crashmover.retries');
    this.logger.warn(`${crashId} not moved yet`, {
      crash_id: crashId,
      stage: failure.stage,
      reason: failure.code,
      attempt: message.receiveCount,
      next_attempt_in_ms: Math.round(delayMs),
    });
    await this.intake.changeVisibility(message.receipt, delayMs);
    return 'retried';
  }

  /** No crash is dead-lettered for its attempts while a store or a queue is down. */
  private async isSpent(message: ReceivedMessage, { retries }: MoveError): Promise<boolean> {
    const { maxAttempts } = this.config;
    const attempts = retries === 'briefly' ? Math.min(briefAttempts, maxAttempts) : maxAttempts;
    if (message.receiveCount < attempts) return false;
    return await this.checks.allAnswer();
  }
}

/** No ingest sends batches yet. */
function onlyCrashIn(body: string): StagedCrash {
  const { key, crashes } = parseIntakeMessage(body);
  const [crash] = crashes;
  if (crash === undefined || crashes.length > 1)
    throw new IntakeMessageError('intake message has several crashes', 'unknown_version');
  return { ...crash, key };
}

/** Renews a message's visibility timeout three times per timeout; returns a function that stops it. */
function extendVisibility(
  queue: MessageQueue,
  message: ReceivedMessage,
  options: { visibilityTimeoutMs: number; onLost: (error: unknown) => void },
): () => void {
  const timer = setInterval(() => {
    queue.changeVisibility(message.receipt, options.visibilityTimeoutMs).catch(options.onLost);
  }, options.visibilityTimeoutMs / 3);
  return () => clearInterval(timer);
}

function traceContextOf({ attributes }: ReceivedMessage): TraceCarrier {
  const { traceparent, tracestate } = attributes;
  return {
    ...(traceparent !== undefined && { traceparent }),
    ...(tracestate !== undefined && { tracestate }),
  };
}

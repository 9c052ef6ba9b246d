/** Handles one delivery of an intake message: moves its crashes independently of each other, and decides on failures. */
import { Inject, Injectable } from '@nestjs/common';
import type { Span } from '@opentelemetry/api';

import type { AnnouncedCrash, IntakeMessage } from '#antenna/crash-report';
import { ByteSemaphore, free } from '#antenna/memory';
import type { MessageQueue } from '#antenna/message-queue';
import { crashSpanStart, forCrash, inSpan, markFailed, Metrics } from '#antenna/telemetry';

import { CrashmoverConfig } from '../crashmover.config.js';
import { DeadLetterService, type FailedMessage } from '../dead-letter/dead-letter.service.js';
import { INTAKE_QUEUE } from '../dependencies.js';
import { MoveError } from '../move-error.js';
import { type Attempt, isPending, worked } from './attempt.js';
import { crashIdsIn, type Delivery, isBatch } from './delivery.js';
import { MoveService, type StagedObject } from './move.service.js';
import { RetryService } from './retry.service.js';
import { SplitOffService } from './split-off.service.js';

@Injectable()
export class DeliveryService {
  private readonly envelopeMemory: ByteSemaphore;
  /** Counts crashes instead of bytes. */
  private readonly slots: ByteSemaphore;

  constructor(
    @Inject(INTAKE_QUEUE) private readonly intake: MessageQueue,
    private readonly mover: MoveService,
    private readonly splitter: SplitOffService,
    private readonly retries: RetryService,
    private readonly deadLetters: DeadLetterService,
    private readonly metrics: Metrics,
    config: CrashmoverConfig,
  ) {
    this.envelopeMemory = new ByteSemaphore(config.envelopeMemoryBytes);
    this.slots = new ByteSemaphore(config.concurrency);
  }

  /**
   * @param span of the whole message
   * @returns whether the backends work; undefined if this delivery does not show it
   * @throws MessageQueueError if the intake or the dead-letter queue fails; the message is delivered again
   */
  async handle(delivery: Delivery, span: Span): Promise<boolean | undefined> {
    const { announced } = delivery;
    if (announced instanceof MoveError) {
      await this.failWhole(delivery, announced, span);
      return undefined;
    }
    const release = await this.envelopeMemory.acquire(announced.size);
    try {
      const [only] = announced.crashes;
      const moveAll = async () => await this.moveAll(delivery, announced, span);
      return only && !isBatch(announced) ? await forCrash(only.crashId, moveAll) : await moveAll();
    } catch (error) {
      if (!(error instanceof MoveError)) throw error;
      await this.failWhole(delivery, error, span);
      return error.retries === 'fully' ? false : undefined;
    } finally {
      release();
    }
  }

  /** @throws MoveError if the object cannot be read or deleted */
  private async moveAll(
    delivery: Delivery,
    announced: IntakeMessage,
    span: Span,
  ): Promise<boolean | undefined> {
    const object = await this.mover.fetch(announced);
    const attempts =
      (await this.splitter.splitAll(object, delivery)) ??
      (await this.attemptAll(delivery, object, span));
    const pending = attempts.filter(isPending);
    if (pending.length > 0) {
      await this.retries.retryLater(delivery, pending);
    } else {
      if (isSafeToDelete(object, attempts)) await this.mover.delete(object);
      await this.intake.delete(delivery.message.receipt);
    }
    for (const { outcome } of attempts) this.count(outcome);
    // After a failure, a request that timed out may still read them.
    if (object.bytes && !attempts.some((attempt) => 'failure' in attempt)) free(object.bytes);
    return worked(attempts);
  }

  private async attemptAll(
    delivery: Delivery,
    object: StagedObject,
    span: Span,
  ): Promise<readonly Attempt[]> {
    const { crashes } = object.announced;
    const tried = await settle(crashes.map((crash) => this.attempt(delivery, object, crash, span)));
    return await this.splitter.splitOffFailed(object, tried, delivery.attempts);
  }

  private async attempt(
    delivery: Delivery,
    object: StagedObject,
    crash: AnnouncedCrash,
    messageSpan: Span,
  ): Promise<Attempt> {
    const release = await this.slots.acquire(1);
    const work = async (span: Span): Promise<Attempt> => {
      const attempt = await this.move(delivery, object, crash);
      if ('failure' in attempt) markFailed(span, attempt.failure);
      span.setAttribute('crash.outcome', attempt.outcome);
      return attempt;
    };
    try {
      return isBatch(object.announced)
        ? await inSpan('move', crashSpanStart(crash), work)
        : await work(messageSpan);
    } finally {
      release();
    }
  }

  private async move(
    delivery: Delivery,
    object: StagedObject,
    crash: AnnouncedCrash,
  ): Promise<Attempt> {
    try {
      return { crash, outcome: await this.mover.move(object, crash) };
    } catch (failure) {
      if (!(failure instanceof MoveError)) throw failure;
      if (!(await this.retries.isFinal(delivery, failure)))
        return { crash, outcome: 'retried', failure };
      return await this.deadLetter(delivery, object, crash, failure);
    }
  }

  private async deadLetter(
    delivery: Delivery,
    object: StagedObject,
    crash: AnnouncedCrash,
    failure: MoveError,
  ): Promise<Attempt> {
    const { crashId, trace } = crash;
    if (!isBatch(object.announced)) {
      await this.deadLetters.add(wholeMessage(delivery, crashId), failure);
      return { crash, outcome: 'dead_lettered', failure };
    }
    try {
      const body = await this.splitter.stage(object, crash);
      const { attempts } = delivery;
      await this.deadLetters.add({ crashId, body, attributes: trace, attempts }, failure);
    } catch (error) {
      if (!(error instanceof MoveError)) throw error;
      return { crash, outcome: 'retried', failure: error };
    }
    this.mover.finish(object, crash);
    return { crash, outcome: 'dead_lettered', failure };
  }

  /** The message cannot be read, or its object cannot be read or deleted: all crashes have the same outcome. */
  private async failWhole(delivery: Delivery, failure: MoveError, span: Span): Promise<void> {
    markFailed(span, failure);
    const ids = crashIdsIn(delivery);
    const isFinal = await this.retries.isFinal(delivery, failure);
    const outcome = isFinal ? 'dead_lettered' : 'retried';
    if (isFinal) {
      await this.deadLetters.add(wholeMessage(delivery, ids[0] ?? 'unknown'), failure);
      await this.intake.delete(delivery.message.receipt);
    } else {
      const pending = ids.map((crashId) => ({ crash: { crashId }, failure }));
      await this.retries.retryLater(delivery, pending);
    }
    span.setAttribute('crash.outcome', outcome);
    for (const _ of ids) this.count(outcome);
  }

  private count(outcome: Attempt['outcome']): void {
    if (outcome === 'moved_before') return;
    this.metrics.increment('antenna.crashmover.outcomes', {
      outcome: outcome === 'split_off' ? 'retried' : outcome,
    });
  }
}

/** The envelope of a dead letter stays in staging. */
function isSafeToDelete(object: StagedObject, attempts: readonly Attempt[]): boolean {
  if (object.bytes === undefined) return false;
  return isBatch(object.announced) || attempts.every(({ outcome }) => outcome !== 'dead_lettered');
}

function wholeMessage({ message, attempts }: Delivery, crashId: string): FailedMessage {
  return { crashId, body: message.body, attributes: message.attributes, attempts };
}

/** Waits for all, so that none uses the object after it; then throws the first error. */
async function settle<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}

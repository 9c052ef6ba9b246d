/** Stages and announces a failed crash of a batch alone, so that it delays no other crash of the batch. */
import { Inject, Injectable } from '@nestjs/common';

import type { BlobStore } from '#antenna/blob-store';
import {
  type AnnouncedCrash,
  serializeIntakeMessage,
  singleCrashMessage,
  stagedEnvelopeKey,
} from '#antenna/crash-report';
import {
  Batcher,
  type MessageQueue,
  MessageQueueError,
  type OutgoingMessage,
} from '#antenna/message-queue';
import { BackendChecksService } from '#antenna/service';
import { contextFrom, openSendSpan } from '#antenna/telemetry';

import { INTAKE_QUEUE, STAGING_STORE } from '../dependencies.js';
import { MoveError, withStage } from '../move-error.js';
import { type Attempt, type FailedAttempt, isPending } from './attempt.js';
import { envelopeBytes, MoveService, type StagedObject } from './move.service.js';
import { RetryService } from './retry.service.js';

@Injectable()
export class SplitOffService {
  private readonly batcher = new Batcher((messages: readonly OutgoingMessage[]) =>
    this.intake.send(messages),
  );

  constructor(
    @Inject(STAGING_STORE) private readonly staging: BlobStore,
    @Inject(INTAKE_QUEUE) private readonly intake: MessageQueue,
    private readonly mover: MoveService,
    private readonly retries: RetryService,
    private readonly checks: BackendChecksService,
  ) {}

  /**
   * Stages an envelope of a batch alone, if there is one.
   * @returns the body of the message about it
   * @throws MoveError
   */
  async stage(object: StagedObject, crash: AnnouncedCrash): Promise<string> {
    const key = stagedEnvelopeKey(crash.crashId);
    const bytes = envelopeBytes(object, crash);
    if (bytes) await withStage('split_off', () => this.staging.put(key, bytes));
    return serializeIntakeMessage(singleCrashMessage({ ...crash, key }));
  }

  /**
   * Splits off the crashes that failed while others of the object did not. If all failed, it delays no other that they
   * are retried together; while a backend is down, all would fail again.
   * @param used the attempts that the crashes have used up
   * @returns the attempts, with those changed that are split off
   */
  async splitOffFailed(
    object: StagedObject,
    attempts: readonly Attempt[],
    used: number,
  ): Promise<readonly Attempt[]> {
    const failed = attempts.filter(isPending);
    if (failed.length === 0 || failed.length === attempts.length) return attempts;
    if (object.bytes === undefined || !(await this.checks.allAnswer())) return attempts;
    const intact = await this.readAgain(object, failed);
    const split = async (attempt: Attempt): Promise<Attempt> =>
      isPending(attempt) ? await this.splitOff(intact, attempt, used) : attempt;
    return await Promise.all(attempts.map(split));
  }

  private async splitOff(
    object: StagedObject,
    attempt: FailedAttempt,
    used: number,
  ): Promise<Attempt> {
    const { crash } = attempt;
    try {
      const body = await this.stage(object, crash);
      await withStage('split_off', () => this.announce(body, crash, used));
    } catch (error) {
      if (!(error instanceof MoveError)) throw error;
      return { crash, outcome: 'retried', failure: error };
    }
    this.mover.finish(object, crash);
    this.retries.announce(attempt, used, 0);
    return { ...attempt, outcome: 'split_off' };
  }

  /** A damaged envelope may have been damaged on its way here: the bytes that replace it are read once more. */
  private async readAgain(
    object: StagedObject,
    failed: readonly FailedAttempt[],
  ): Promise<StagedObject> {
    if (!failed.some(({ failure }) => failure.code === 'damaged_envelope')) return object;
    const again = await this.mover.fetch(object.announced);
    return again.bytes ? again : object;
  }

  private async announce(body: string, crash: AnnouncedCrash, used: number): Promise<void> {
    const { crashId, trace } = crash;
    const { span, carrier } = openSendSpan(this.intake, { crashId, parent: contextFrom(trace) });
    const attributes = { ...trace, ...carrier, attempts: String(used) };
    const result = await this.batcher.add({ body, attributes }).finally(() => span.end());
    if (!result.ok) {
      throw new MessageQueueError(
        'unavailable',
        `intake queue refused the crash that was split off: ${result.code}`,
      );
    }
  }
}

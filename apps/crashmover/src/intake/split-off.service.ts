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
import { contextFrom, Logger, openSendSpan } from '#antenna/telemetry';

import { INTAKE_QUEUE, STAGING_STORE } from '../dependencies.js';
import { MoveError, withStage } from '../move-error.js';
import { type Attempt, isPending } from './attempt.js';
import { type Delivery, isBatch } from './delivery.js';
import { envelopeBytes, isIntact, MoveService, type StagedObject } from './move.service.js';
import { RetryService } from './retry.service.js';

/** After an outage, or when the process was ended by others, a batch comes once more. Only a poisoned one comes often. */
const deliveriesAsBatch = 2;

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
    private readonly logger: Logger,
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
    const isDamaged = failed.some(({ failure }) => failure.code === 'damaged_envelope');
    const intact = isDamaged ? await this.readAgain(object) : object;
    const split = async (attempt: Attempt): Promise<Attempt> => {
      if (!isPending(attempt)) return attempt;
      const { crash } = attempt;
      const failure = await this.splitOff(intact, crash, used);
      if (failure) return { crash, outcome: 'retried', failure };
      this.retries.announce(attempt, used, 0);
      return { ...attempt, outcome: 'split_off' };
    };
    return await Promise.all(attempts.map(split));
  }

  /**
   * Splits off all crashes of a batch that was delivered repeatedly without an end, before they are moved: one of them
   * may kill the process, and so takes only itself along.
   * @returns undefined if the batch must be moved as usual
   */
  async splitAll(object: StagedObject, delivery: Delivery): Promise<Attempt[] | undefined> {
    const { announced, bytes } = object;
    const { receiveCount } = delivery.message;
    if (!isBatch(announced) || receiveCount <= deliveriesAsBatch || bytes === undefined)
      return undefined;
    if (!(await this.checks.allAnswer())) return undefined;
    const { key, crashes } = announced;
    this.logger.warn(`${key} split into its crashes`, { deliveries: receiveCount });
    const isDamaged = crashes.some((crash) => !isIntact(object, crash));
    const intact = isDamaged ? await this.readAgain(object) : object;
    const split = async (crash: AnnouncedCrash): Promise<Attempt> => {
      if (this.mover.isFinished(object, crash)) return { crash, outcome: 'moved_before' };
      const failure = await this.splitOff(intact, crash, delivery.attempts - 1);
      return failure ? { crash, outcome: 'retried', failure } : { crash, outcome: 'split_off' };
    };
    return await Promise.all(crashes.map(split));
  }

  /** @returns why the crash must be retried with its batch */
  private async splitOff(
    object: StagedObject,
    crash: AnnouncedCrash,
    used: number,
  ): Promise<MoveError | undefined> {
    try {
      const body = await this.stage(object, crash);
      await withStage('split_off', () => this.announce(body, crash, used));
    } catch (error) {
      if (error instanceof MoveError) return error;
      throw error;
    }
    this.mover.finish(object, crash);
    return undefined;
  }

  /** A damaged envelope may have been damaged on its way here: the bytes that replace it are read once more. */
  private async readAgain(object: StagedObject): Promise<StagedObject> {
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

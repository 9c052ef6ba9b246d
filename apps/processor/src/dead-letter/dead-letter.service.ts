import { Inject, Injectable } from '@nestjs/common';

import { isCrashId } from '#antenna/crash-report';
import { MessageQueueError, type MessageQueue, type ReceivedMessage } from '#antenna/message-queue';
import { Logger, Metrics, openSendSpan } from '#antenna/telemetry';

import { DEAD_LETTER_QUEUE } from '../dependencies.js';
import { type ProcessError, processErrorCodes } from '../process-error.js';

/** Moves a message that will not succeed to the dead-letter queue, with the reason. */
@Injectable()
export class DeadLetterService {
  constructor(
    @Inject(DEAD_LETTER_QUEUE) private readonly deadLetters: MessageQueue,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    metrics.allow('reason', processErrorCodes);
  }

  /** @throws MessageQueueError if the dead-letter queue refuses the message; the caller must not delete it then. */
  async add({ body, receiveCount }: ReceivedMessage, failure: ProcessError): Promise<void> {
    // What is not a crash id may be anything, and stays out of logs and spans.
    const crashId = isCrashId(body) ? body : 'unknown';
    const { span, carrier } = openSendSpan(this.deadLetters, { crashId });
    const { stage, code: reason } = failure;
    // The attributes of a foreign message are left out: SQS allows ten.
    const attributes = {
      ...carrier,
      crash_id: crashId,
      stage,
      reason,
      attempts: `${receiveCount}`,
    };
    const [result] = await this.deadLetters.send([{ body, attributes }]).finally(() => span.end());
    if (result?.ok !== true) {
      throw new MessageQueueError(
        'unavailable',
        `dead-letter queue refused the message: ${result?.code ?? 'no result'}`,
      );
    }
    this.metrics.increment('antenna.processor.dead_lettered', { reason });
    this.logger.error(`${crashId} dead-lettered`, {
      crash_id: crashId,
      stage,
      reason,
      attempts: receiveCount,
      error: failure.cause ?? failure,
    });
  }
}

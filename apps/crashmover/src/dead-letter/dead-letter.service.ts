import { Inject, Injectable } from '@nestjs/common';

import { MessageQueueError, type MessageQueue } from '#antenna/message-queue';
import { Logger, Metrics, openSendSpan } from '#antenna/telemetry';

import { type MoveError, moveErrorCodes } from '../move-error.js';
import { DEAD_LETTER_QUEUE } from '../dependencies.js';

/** A message that will not succeed. */
export interface FailedMessage {
  readonly crashId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly attempts: number;
}

/** Moves a message that will not succeed to the dead-letter queue, with the reason. Its envelope stays in staging. */
@Injectable()
export class DeadLetterService {
  constructor(
    @Inject(DEAD_LETTER_QUEUE) private readonly deadLetters: MessageQueue,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    metrics.allow('reason', moveErrorCodes);
  }

  /** @throws MessageQueueError if the dead-letter queue refuses the message; the caller must not delete it then. */
  async add(message: FailedMessage, failure: MoveError): Promise<void> {
    const { crashId } = message;
    const { span, carrier } = openSendSpan(this.deadLetters, { crashId });
    const attributes = {
      ...message.attributes,
      ...carrier,
      crash_id: crashId,
      stage: failure.stage,
      reason: failure.code,
      attempts: String(message.attempts),
    };
    const [result] = await this.deadLetters
      .send([{ body: message.body, attributes }])
      .finally(() => span.end());
    if (result?.ok !== true) {
      throw new MessageQueueError(
        'unavailable',
        `dead-letter queue refused the message: ${result?.code ?? 'no result'}`,
      );
    }
    this.metrics.increment('antenna.crashmover.dead_lettered', { reason: failure.code });
    if (failure.stage === 'save') this.metrics.increment('antenna.crashmover.save_dropped');
    if (failure.stage === 'publish') this.metrics.increment('antenna.crashmover.publish_dropped');
    this.logger.error(`${crashId} dead-lettered`, {
      crash_id: crashId,
      stage: failure.stage,
      reason: failure.code,
      attempts: message.attempts,
      error: failure.cause ?? failure,
    });
  }
}

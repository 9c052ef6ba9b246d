import { Inject, Injectable } from '@nestjs/common';

import { MessageQueueError, type MessageQueue, type ReceivedMessage } from '#antenna/message-queue';
import { Logger, Metrics, openSendSpan } from '#antenna/telemetry';

import { type MoveError, moveErrorCodes } from '../intake/move-error.js';
import { DEAD_LETTER_QUEUE } from '../tokens.js';

/** Sets aside a message that will not succeed, with the reason; its staged envelope is kept. */
@Injectable()
export class DeadLetterService {
  constructor(
    @Inject(DEAD_LETTER_QUEUE) private readonly deadLetters: MessageQueue,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {
    metrics.allow('reason', moveErrorCodes);
    metrics.observe('antenna.crashmover.dead_letter.depth', async () => {
      const { visible, inFlight } = await deadLetters.depth();
      return visible + inFlight;
    });
  }

  /** @throws MessageQueueError; the message then stays on the intake queue. */
  async add(message: ReceivedMessage, crashId: string, failure: MoveError): Promise<void> {
    const { span, carrier } = openSendSpan(this.deadLetters, { crashId });
    const attributes = {
      ...message.attributes,
      ...carrier,
      crash_id: crashId,
      stage: failure.stage,
      reason: failure.code,
      attempts: String(message.receiveCount),
    };
    const [result] = await this.deadLetters
      .send([{ body: message.body, attributes }])
      .finally(() => span.end());
    if (result?.ok !== true) {
      throw new MessageQueueError(
        'unavailable',
        `not dead-lettered: ${result?.code ?? 'no result'}`,
      );
    }
    this.metrics.increment('antenna.crashmover.dead_lettered', { reason: failure.code });
    if (failure.stage === 'save') this.metrics.increment('antenna.crashmover.save_dropped');
    if (failure.stage === 'publish') this.metrics.increment('antenna.crashmover.publish_dropped');
    this.logger.error(`${crashId} dead-lettered`, {
      crash_id: crashId,
      stage: failure.stage,
      reason: failure.code,
      attempts: message.receiveCount,
      error: failure.cause ?? failure,
    });
  }
}

import { Inject, Injectable } from '@nestjs/common';

import { MessageQueueError, type MessageQueue } from '#antenna/message-queue';
import { markFailed, openSendSpan, type TraceCarrier } from '#antenna/telemetry';

import { PROCESSING_QUEUE } from '../tokens.js';

/** Tells the processors that a crash is stored. The body is the bare crash id, which is what they read. */
@Injectable()
export class PublishService {
  constructor(@Inject(PROCESSING_QUEUE) private readonly processing: MessageQueue) {}

  /**
   * @param received the trace context that the crash came with; handed on where this process does not trace
   * @throws MessageQueueError
   */
  async publish(crashId: string, received: TraceCarrier): Promise<void> {
    const { span, carrier } = openSendSpan(this.processing, { crashId });
    try {
      const attributes = { ...received, ...carrier };
      const [result] = await this.processing.send([{ body: crashId, attributes }]);
      if (result?.ok !== true) {
        throw new MessageQueueError('unavailable', `not published: ${result?.code ?? 'no result'}`);
      }
      span.setAttribute('messaging.message.id', result.messageId);
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  }
}

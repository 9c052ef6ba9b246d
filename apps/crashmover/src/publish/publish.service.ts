import { Inject, Injectable } from '@nestjs/common';
import { ATTR_MESSAGING_MESSAGE_ID } from '@opentelemetry/semantic-conventions/incubating';

import {
  Batcher,
  MessageQueueError,
  type MessageQueue,
  type OutgoingMessage,
} from '#antenna/message-queue';
import { markFailed, openSendSpan, type TraceCarrier } from '#antenna/telemetry';

import { PROCESSING_QUEUE } from '../dependencies.js';

/** Announces stored crashes on the processing queue. The message body is the bare crash id, as the processors expect. */
@Injectable()
export class PublishService {
  /** Crashes stored at about the same time are published in one batch. */
  private readonly batcher = new Batcher((messages: readonly OutgoingMessage[]) =>
    this.processing.send(messages),
  );

  constructor(@Inject(PROCESSING_QUEUE) private readonly processing: MessageQueue) {}

  /**
   * @param received the trace context of the intake message; passed on if this process does not trace
   * @throws MessageQueueError
   */
  async publish(crashId: string, received: TraceCarrier): Promise<void> {
    const { span, carrier } = openSendSpan(this.processing, { crashId });
    try {
      const attributes = { ...received, ...carrier };
      const result = await this.batcher.add({ body: crashId, attributes });
      if (!result.ok) {
        throw new MessageQueueError(
          'unavailable',
          `processing queue refused the crash id: ${result.code}`,
        );
      }
      span.setAttribute(ATTR_MESSAGING_MESSAGE_ID, result.messageId);
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  }
}

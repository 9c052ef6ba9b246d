import { Inject, Injectable } from '@nestjs/common';

import {
  Batcher,
  MessageQueueError,
  type MessageQueue,
  type OutgoingMessage,
} from '#antenna/message-queue';
import { markFailed, openSendSpan, type TraceCarrier } from '#antenna/telemetry';

import { PROCESSING_QUEUE } from '../tokens.js';

/** Tells the processors that a crash is stored. The body is the bare crash id, which is what they read. */
@Injectable()
export class PublishService {
  /** Crashes that are stored at the same time are published together. */
  private readonly batcher = new Batcher((messages: readonly OutgoingMessage[]) =>
    this.processing.send(messages),
  );

  constructor(@Inject(PROCESSING_QUEUE) private readonly processing: MessageQueue) {}

  /**
   * @param received the trace context that the crash came with; handed on where this process does not trace
   * @throws MessageQueueError
   */
  async publish(crashId: string, received: TraceCarrier): Promise<void> {
    const { span, carrier } = openSendSpan(this.processing, { crashId });
    try {
      const attributes = { ...received, ...carrier };
      const result = await this.batcher.add({ body: crashId, attributes });
      if (!result.ok) throw new MessageQueueError('unavailable', `not published: ${result.code}`);
      span.setAttribute('messaging.message.id', result.messageId);
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  }
}

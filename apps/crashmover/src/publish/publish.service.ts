import { Inject, Injectable } from '@nestjs/common';

import { MessageQueueError, type MessageQueue } from '#antenna/message-queue';

import { PROCESSING_QUEUE } from '../tokens.js';

/** Tells the processors that a crash is stored. The body is the bare crash id, which is what they read. */
@Injectable()
export class PublishService {
  constructor(@Inject(PROCESSING_QUEUE) private readonly processing: MessageQueue) {}

  /** @throws MessageQueueError */
  async publish(crashId: string, traceContext: Readonly<Record<string, string>>): Promise<void> {
    const [result] = await this.processing.send([{ body: crashId, attributes: traceContext }]);
    if (result?.ok !== true) {
      throw new MessageQueueError('unavailable', `not published: ${result?.code ?? 'no result'}`);
    }
  }
}

import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';

import type { MessageQueue, QueueDepth } from '#antenna/message-queue';
import { Metrics } from '#antenna/telemetry';

import { DEAD_LETTER_QUEUE, PROCESSING_QUEUE } from '../dependencies.js';

/** Gauges of the queues' depths. They end before the queues are closed, or the last export would fail to read them. */
@Injectable()
export class QueueDepths implements OnApplicationShutdown {
  private readonly ends: readonly (() => void)[];
  /** Two gauges share one call. */
  private asked: Promise<QueueDepth> | undefined;

  constructor(
    @Inject(PROCESSING_QUEUE) private readonly processing: MessageQueue,
    @Inject(DEAD_LETTER_QUEUE) deadLetters: MessageQueue,
    metrics: Metrics,
  ) {
    this.ends = [
      metrics.observe('antenna.processor.queue.depth', async () => (await this.depth()).visible),
      metrics.observe('antenna.processor.queue.oldest_age', async () => {
        const { oldestAgeMs } = await this.depth();
        return oldestAgeMs === undefined ? undefined : oldestAgeMs / 1000;
      }),
      metrics.observe('antenna.processor.dead_letter.depth', async () => {
        const { visible, inFlight } = await deadLetters.depth();
        return visible + inFlight;
      }),
    ];
  }

  onApplicationShutdown(): void {
    for (const end of this.ends) end();
  }

  private async depth(): Promise<QueueDepth> {
    this.asked ??= this.processing.depth().finally(() => (this.asked = undefined));
    return await this.asked;
  }
}

import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';

import type { MessageQueue, QueueDepth } from '#antenna/message-queue';
import { Metrics } from '#antenna/telemetry';

import { DEAD_LETTER_QUEUE, INTAKE_QUEUE } from '../dependencies.js';

/** Gauges of the queues' depths. They end before the queues are closed, or the last export would fail to read them. */
@Injectable()
export class QueueDepths implements OnApplicationShutdown {
  private readonly ends: readonly (() => void)[];
  /** Two gauges share one call. */
  private asked: Promise<QueueDepth> | undefined;

  constructor(
    @Inject(INTAKE_QUEUE) private readonly intake: MessageQueue,
    @Inject(DEAD_LETTER_QUEUE) deadLetters: MessageQueue,
    metrics: Metrics,
  ) {
    this.ends = [
      metrics.observe('antenna.crashmover.intake.depth', async () => (await this.depth()).visible),
      metrics.observe('antenna.crashmover.intake.oldest_age', async () => {
        const { oldestAgeMs } = await this.depth();
        return oldestAgeMs === undefined ? undefined : oldestAgeMs / 1000;
      }),
      metrics.observe('antenna.crashmover.dead_letter.depth', async () => {
        const { visible, inFlight } = await deadLetters.depth();
        return visible + inFlight;
      }),
    ];
  }

  onApplicationShutdown(): void {
    for (const end of this.ends) end();
  }

  private async depth(): Promise<QueueDepth> {
    this.asked ??= this.intake.depth().finally(() => (this.asked = undefined));
    return await this.asked;
  }
}

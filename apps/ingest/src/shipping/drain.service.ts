import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';

import { Logger } from '#antenna/telemetry';

import { SpoolService } from '../spool/spool.service.js';

/** Injection token: called once, when the spool is empty. */
export const ON_DRAINED = Symbol('on drained');

const checkMs = 250;
const reportEvery = 40;

/** Ends the process when the spool holds nothing more; until then it logs every ten seconds what is left. */
@Injectable()
export class DrainService implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private checks = 0;

  constructor(
    private readonly spool: SpoolService,
    @Inject(ON_DRAINED) private readonly onDrained: () => void,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.check(), checkMs);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private check(): void {
    if (this.spool.isEmpty) {
      clearInterval(this.timer);
      this.logger.info('the spool is empty');
      this.onDrained();
      return;
    }
    if (this.checks % reportEvery === 0)
      this.logger.info('draining the spool', { waiting: this.spool.waiting.count });
    this.checks += 1;
  }
}

import { HttpStatus, Inject, Injectable } from '@nestjs/common';

import { type MessageQueue, MessageQueueError } from '#antenna/message-queue';
import { ProblemException } from '#antenna/web-page';

import { AuditService } from '../../access/audit.service.js';
import type { Viewer } from '../../access/viewer.js';
import { CrashesService } from '../../crash/crashes.service.js';
import { PROCESSING_QUEUE } from '../../dependencies.js';
import { notStored, whileStoreAnswers } from '../../crash/crash-problems.js';

/** Sends a crash to the processors again, as `antenna republish` does. */
@Injectable()
export class ProcessAgainService {
  constructor(
    @Inject(PROCESSING_QUEUE) private readonly processing: MessageQueue,
    private readonly crashes: CrashesService,
    private readonly audit: AuditService,
  ) {}

  /** @throws ProblemException when the crash is not stored, or the store or queue does not answer */
  async send(viewer: Viewer, crashId: string): Promise<void> {
    if (!(await whileStoreAnswers(async () => this.crashes.isStored(crashId))))
      throw notStored(crashId);
    // Before it is sent, so that nothing is done without a line.
    this.audit.processAgain(viewer, crashId);
    const failure = await this.failureOf(crashId);
    if (failure === undefined) return;
    throw new ProblemException({
      title: 'The processing queue does not answer',
      status: HttpStatus.SERVICE_UNAVAILABLE,
      detail: `the crash was not sent to be processed again (${failure}); the crash and what was made of it are unchanged: go back and try again in a moment`,
    });
  }

  private async failureOf(crashId: string): Promise<string | undefined> {
    try {
      const [result] = await this.processing.send([{ body: crashId }]);
      return result?.ok === true ? undefined : (result?.code ?? 'no_result');
    } catch (error) {
      if (error instanceof MessageQueueError) return error.code;
      throw error;
    }
  }
}

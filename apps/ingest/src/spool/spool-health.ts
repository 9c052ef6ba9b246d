import { errorMessage } from '#antenna/errors';
import type { Logger } from '#antenna/telemetry';
import { pause } from '#antenna/time';

import { SpoolError } from './spool-error.js';

const checkEveryMs = 1000;

/**
 * Whether the spool can be written. A failed write only starts the check, which decides: one report may fail
 * for a reason of its own. While the check fails no report is admitted; it is repeated until it succeeds.
 */
export class SpoolHealth {
  private readonly stopping = new AbortController();
  private found: string | undefined;
  private checking: Promise<void> | undefined;

  /** @param check writes to the spool as a report does; rejects when that fails */
  constructor(
    private readonly check: () => Promise<void>,
    private readonly logger: Logger,
  ) {}

  /** Why nothing can be written, or undefined. */
  get problem(): string | undefined {
    return this.found;
  }

  /** A write has failed, or something looks wrong: checks, if no check is running. */
  suspect(): void {
    if (this.stopping.signal.aborted) return;
    this.checking ??= this.checkUntilGood().finally(() => (this.checking = undefined));
  }

  /** A check has failed with this error. */
  failed(error: unknown): void {
    const reason = errorMessage(error instanceof SpoolError ? (error.cause ?? error) : error);
    if (this.found === undefined) {
      this.logger.error('spool cannot be written; all reports are refused until it can', {
        reason,
      });
    }
    this.found = `the spool cannot be written: ${reason}`;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.checking;
  }

  private async checkUntilGood(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.check();
        if (this.found !== undefined) this.logger.info('spool can be written again');
        this.found = undefined;
        return;
      } catch (error) {
        this.failed(error);
      }
      await pause(checkEveryMs, signal, { ref: false });
    }
  }
}

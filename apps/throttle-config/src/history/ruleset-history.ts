import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

import { errorMessage } from '#antenna/errors';
import { Logger, Metrics } from '#antenna/telemetry';

import { type Edit, RulesetEdits } from '../ruleset/ruleset-edits.js';
import { extended, type HistoryEntry } from './history-entry.js';
import { HistoryStore } from './history-store.js';
import { RulesetAuthors } from './ruleset-authors.js';

const retryMs = 10_000;
/** The API has no authentication: not every request reads the store. */
const readEveryMs = 2000;

/** The rulesets that were accepted in the last 90 days. A failure of its store affects nothing else. */
@Injectable()
export class RulesetHistory implements OnModuleInit, OnModuleDestroy {
  /** Not yet in the store. */
  private waiting: readonly HistoryEntry[] = [];
  private stored: readonly HistoryEntry[] = [];
  private readAt = -Infinity;
  private writing: Promise<void> = Promise.resolve();
  private isWriteDue = false;
  private failure = '';
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly edits: RulesetEdits,
    private readonly store: HistoryStore,
    private readonly authors: RulesetAuthors,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {
    edits.onEdit((edit) => this.record(edit));
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.write(), retryMs).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.writing;
  }

  /** Newest first. If the store does not answer, what is known of it. */
  async entries(): Promise<readonly HistoryEntry[]> {
    await this.writing;
    if (performance.now() - this.readAt >= readEveryMs) {
      this.readAt = performance.now();
      await this.attempt(async () => {
        this.stored = await this.store.read();
      });
    }
    return extended(this.stored, this.waiting, new Date()).toReversed();
  }

  /** The newest entry with this revision. */
  async find(revision: string): Promise<HistoryEntry | undefined> {
    return (await this.entries()).find((entry) => entry.revision === revision);
  }

  private record({ result, live, document, object }: Edit): void {
    if (result !== 'accepted' || document === undefined) return;
    const acceptedAt = new Date().toISOString();
    const user = this.authors.of(document);
    const entry: HistoryEntry = {
      revision: live.revision,
      acceptedAt,
      source: this.edits.source.name,
      edit: object ? `${object.uid}/${object.resourceVersion}` : acceptedAt,
      ...(user !== undefined && { user }),
      ruleset: document,
    };
    // Bounded like the history: the store may never exist.
    this.waiting = extended(this.waiting, [entry], new Date());
    this.write();
  }

  /** One write at a time, and one after it with all that came meanwhile. */
  private write(): void {
    if (this.isWriteDue) return;
    this.isWriteDue = true;
    this.writing = this.writing.then(async () => await this.writeWaiting());
  }

  private async writeWaiting(): Promise<void> {
    this.isWriteDue = false;
    const news = this.waiting;
    if (news.length === 0) return;
    await this.attempt(async () => {
      await this.store.change((entries) => {
        this.stored = extended(entries, news, new Date());
        return [...this.stored];
      });
      this.waiting = this.waiting.filter((entry) => !news.includes(entry));
    });
  }

  /** Logs each reason once, because the store is tried again and again. */
  private async attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
      this.failure = '';
    } catch (error) {
      this.metrics.increment('antenna.throttle_config.feedback_failures', { target: 'history' });
      const reason = errorMessage(error);
      if (reason === this.failure) return;
      this.failure = reason;
      this.logger.warn(`the history of the rules is incomplete: ${reason}`);
    }
  }
}

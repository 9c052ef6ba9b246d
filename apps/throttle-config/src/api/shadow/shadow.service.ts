import { randomBytes } from 'node:crypto';

import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

import { Logger, Metrics } from '#antenna/telemetry';
import {
  InvalidRulesetError,
  type RulesetDocument,
  type ShadowEnd,
  type ShadowNotice,
  type ShadowReport,
} from '#antenna/throttle';

import { DryRunThread } from '../dry-run/dry-run-thread.js';
import { type ReportingProcess, ShadowRun } from './shadow-run.js';
import type { ShadowAnswer } from './shadow.dto.js';

/** For how long the result of a draft is shown after its end. */
const keptMs = 60 * 60_000;
const maxEndedIds = 100;

/** A draft cannot start because another one runs. */
export class ShadowRunningError extends Error {
  override readonly name = 'ShadowRunningError';
  readonly code = 'shadow_running';
}

/**
 * The draft that ingest tries on live reports; one at a time. Replicas do not know each other: they learn of a draft that
 * another one took from the posts of ingest. If two replicas take a draft within seconds, the older one runs on.
 */
@Injectable()
export class ShadowService implements OnModuleInit, OnModuleDestroy {
  private run: ShadowRun | undefined;
  private draft: { readonly id: string; readonly canonicalJson: string } | undefined;
  private readonly endedIds = new Map<string, ShadowEnd>();
  private readonly bootedAt = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private stopObserving: (() => void) | undefined;

  constructor(
    private readonly thread: DryRunThread,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.stopObserving = this.metrics.observe('antenna.throttle_config.shadow_running', () =>
      this.run?.isRunning === true ? 1 : 0,
    );
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
    this.stopObserving?.();
  }

  status(): ShadowAnswer {
    const { run } = this;
    if (!run) return { state: 'none' };
    return { state: run.isRunning ? 'running' : 'ended', run: run.answer() };
  }

  /**
   * Hands a draft to ingest, which learns of it with its next post.
   * @throws {InvalidRulesetError} if the draft is not valid
   * @throws {ShadowRunningError} if a draft runs already
   */
  async start(yaml: string, forMs: number): Promise<ShadowAnswer> {
    this.assertNothingRuns();
    const { revision, canonicalJson, errors } = await this.thread.run({ rules: { yaml } });
    if (revision === undefined || canonicalJson === undefined)
      throw new InvalidRulesetError(errors);
    this.assertNothingRuns();
    const ruleset = JSON.parse(canonicalJson) as RulesetDocument;
    const id = newId();
    this.draft = { id, canonicalJson };
    this.use(
      new ShadowRun({ id, revision, ageMs: 0, remainingMs: forMs, ruleset, confirmed: true }),
    );
    return this.status();
  }

  /** Ends the draft; ingest learns of it with its next post. False if none runs. */
  stop(): boolean {
    if (this.run?.isRunning !== true) return false;
    this.end('stopped');
    return true;
  }

  /** The draft that runs as canonical JSON; undefined if this replica has none with this id. */
  draftOf(id: string): string | undefined {
    return this.draft?.id === id ? this.draft.canonicalJson : undefined;
  }

  /** Keeps the counts of an ingest process, and returns which draft runs. */
  heard(process: ReportingProcess, report: ShadowReport | undefined): ShadowNotice {
    if (report) this.learn(process, report);
    const { run } = this;
    const ended = report && this.endedIds.get(report.id);
    const confirms = run?.isRunning === true && run.confirmed;
    return {
      ...(confirms && {
        running: {
          id: run.id,
          revision: run.revision,
          ageMs: run.ageMs,
          remainingMs: run.remainingMs,
        },
      }),
      ...(ended && { ended }),
    };
  }

  private learn(process: ReportingProcess, report: ShadowReport): void {
    if (this.isNews(report)) {
      if (this.run?.isRunning === true) this.end('superseded');
      const { id, revision, ageMs, remainingMs, ended } = report;
      const confirmed = performance.now() - this.bootedAt >= ageMs;
      const run = new ShadowRun({ id, revision, ageMs, remainingMs, confirmed });
      if (ended) this.keep(run, ended);
      else this.use(run);
    }
    const { run } = this;
    if (run?.id !== report.id) return;
    run.add(process, report);
    const endsHere = report.ended === 'restarted' ? !run.confirmed : report.ended === 'stopped';
    if (report.ended && endsHere) this.end(report.ended);
  }

  /** Whether the post is about a draft that matters more than the one known here. */
  private isNews({ id, ended }: ShadowReport): boolean {
    const { run } = this;
    if (run?.id === id || (ended === undefined && this.endedIds.has(id))) return false;
    if (run === undefined) return true;
    if (run.isRunning) return ended === undefined && id < run.id;
    return ended === undefined || id > run.id;
  }

  private use(run: ShadowRun): void {
    this.run = run;
    const { id, revision, remainingMs } = run;
    this.after(remainingMs, () => this.end('expired'));
    const seconds = Math.round(remainingMs / 1000);
    this.logger.info('shadow rules started', { shadow: id, revision, seconds });
  }

  private end(reason: ShadowEnd): void {
    const { run } = this;
    if (run?.isRunning !== true) return;
    this.draft = undefined;
    this.keep(run, reason);
    const { reports, evaluated, changed, instances } = run.answer();
    this.logger.info('shadow rules ended', {
      shadow: run.id,
      reason,
      reports,
      evaluated,
      changed,
      instances: instances.length,
    });
  }

  /** Shows the result of a run that has ended. */
  private keep(run: ShadowRun, reason: ShadowEnd): void {
    run.end(reason);
    this.run = run;
    this.endedIds.set(run.id, reason);
    const [oldest] = this.endedIds.keys();
    if (this.endedIds.size > maxEndedIds && oldest !== undefined) this.endedIds.delete(oldest);
    this.after(keptMs, () => {
      this.run = undefined;
    });
  }

  private after(milliseconds: number, action: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(action, milliseconds).unref();
  }

  private assertNothingRuns(): void {
    const { run } = this;
    if (run?.isRunning !== true) return;
    throw new ShadowRunningError(
      `the draft ${run.id} runs until ${run.endsAt.toISOString()}; wait, or stop it: antenna rules shadow --stop, or DELETE /v1/shadow`,
    );
  }
}

/** Ids sort by the time of the start. */
function newId(): string {
  return `${new Date().toISOString().replaceAll(/[-:.]/g, '')}-${randomBytes(4).toString('hex')}`;
}

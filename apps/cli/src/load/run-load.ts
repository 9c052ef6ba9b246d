import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { submit, SubmitError } from '#antenna/crash-client';
import type { CorpusReport } from '#antenna/report-corpus';
import { pause } from '#antenna/time';
import type { Journal } from './journal.js';
import { outcomeOf } from './outcome.js';
import type { Tally } from './tally.js';

export interface LoadPlan {
  readonly url: URL;
  /** When reports are due, in milliseconds since the start; undefined: whenever a connection is free. */
  readonly dueTimes: Iterable<number> | undefined;
  /** Limit of reports in flight. */
  readonly connections: number;
  readonly newConnections: boolean;
  /** No report is started later. */
  readonly durationMs: number;
  /** Maximum number of reports. */
  readonly count: number;
  /** Of one report, from its first byte to the end of its answer. */
  readonly timeoutMs: number;
  /** Returns the report with a sequence number. */
  readonly reportAt: (sequence: number) => CorpusReport;
  /** Aborted: no report is started any more; those in flight get a few seconds. */
  readonly signal: AbortSignal;
}

export interface LoadRecords {
  readonly tally: Tally;
  readonly journal: Journal;
}

const graceMs = 5_000;
/** Reports that are due at the same time start in groups of this size, and answers are read in between. */
const burst = 32;

/** Sends reports until the end of the plan, and waits for the answers. */
export async function runLoad(plan: LoadPlan, records: LoadRecords): Promise<void> {
  await new Load(plan, records).run();
}

class Load {
  private readonly startedAt = performance.now();
  private readonly ended = new AbortController();
  private readonly cancelled = new AbortController();
  private readonly stop: AbortSignal;
  private readonly agent: HttpAgent;
  /** Due times of reports that wait for the limit; those before `nextWaiting` have started. */
  private waiting: number[] = [];
  private nextWaiting = 0;
  private readonly inFlight = new Set<Promise<void>>();

  constructor(
    private readonly plan: LoadPlan,
    private readonly records: LoadRecords,
  ) {
    const { url, newConnections, signal } = plan;
    const AgentClass = url.protocol === 'https:' ? HttpsAgent : HttpAgent;
    this.agent = new AgentClass({ keepAlive: !newConnections });
    this.stop = AbortSignal.any([signal, this.ended.signal]);
  }

  async run(): Promise<void> {
    const { durationMs, signal, dueTimes } = this.plan;
    const end = setTimeout(() => this.ended.abort(), durationMs);
    const cancelLater = (): void => void setTimeout(() => this.cancelled.abort(), graceMs).unref();
    signal.addEventListener('abort', cancelLater);
    try {
      await (dueTimes === undefined ? this.hose() : this.open(dueTimes));
      await Promise.all(this.inFlight);
    } finally {
      clearTimeout(end);
      signal.removeEventListener('abort', cancelLater);
      this.cancelled.abort();
      this.agent.destroy();
    }
  }

  private get done(): boolean {
    return this.stop.aborted || this.records.journal.started >= this.plan.count;
  }

  private async hose(): Promise<void> {
    const connection = async (): Promise<void> => {
      while (!this.done) {
        this.records.tally.due();
        await this.send(performance.now());
      }
    };
    await Promise.all(Array.from({ length: this.plan.connections }, connection));
  }

  private async open(dueTimes: Iterable<number>): Promise<void> {
    const { tally } = this.records;
    let atOnce = 0;
    for (const dueMs of dueTimes) {
      const due = this.startedAt + dueMs;
      const earlyMs = due - performance.now();
      atOnce = earlyMs >= 1 ? 0 : atOnce + 1;
      if (earlyMs >= 1) await pause(earlyMs, this.stop);
      else if (atOnce % burst === 0) await nextTurn();
      if (this.done || tally.total.due >= this.plan.count) break;
      tally.due();
      this.waiting.push(due);
      this.startWaiting();
      if (tally.waiting > 0) tally.held.reports += 1;
    }
    // Reports that wait are started by the ends of others.
    while (!this.done && tally.waiting > 0) await Promise.race(this.inFlight);
  }

  private startWaiting(): void {
    const { tally } = this.records;
    while (this.inFlight.size < this.plan.connections && this.nextWaiting < this.waiting.length) {
      if (this.done) return;
      const due = this.waiting[this.nextWaiting] ?? 0;
      this.nextWaiting += 1;
      if (tally.held.reports > 0)
        tally.held.maxMs = Math.max(tally.held.maxMs, performance.now() - due);
      const sending = this.send(due).finally(() => {
        this.inFlight.delete(sending);
        this.startWaiting();
      });
      this.inFlight.add(sending);
    }
    if (this.nextWaiting >= 1024) {
      this.waiting = this.waiting.slice(this.nextWaiting);
      this.nextWaiting = 0;
    }
    tally.waiting = this.waiting.length - this.nextWaiting;
  }

  private async send(due: number): Promise<void> {
    const { tally, journal } = this.records;
    const { url, timeoutMs, reportAt } = this.plan;
    const sequence = journal.start();
    const report = reportAt(sequence);
    tally.started(report.bodyBytes);
    const options = { agent: this.agent, timeoutMs, chunked: report.chunked };
    const result = await submit(url, report, { ...options, signal: this.cancelled.signal }).catch(
      (error: unknown) => {
        if (error instanceof SubmitError) return error;
        throw error;
      },
    );
    const outcome = outcomeOf(result, report.expected ? 'well-formed' : 'malformed');
    journal.end(sequence, outcome.class, outcome.crashId);
    tally.ended(outcome, performance.now() - due);
  }
}

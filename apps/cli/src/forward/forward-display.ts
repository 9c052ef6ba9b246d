import { type CliContext, print, printLine } from '../cli-context.js';
import { byCount, count } from '../counts.js';
import { formatBytes, formatTable } from '../human-units.js';
import { type ProgressBar, progressBar } from '../progress-bar.js';
import { inOneLine } from '../terminal-safe.js';
import type { ForwardOutcome } from './forward-outcome.js';

/** Failures that are kept while the progress bar has the terminal. */
const maxKept = 1000;

/** Shows what became of each crash, and counts. */
export class ForwardDisplay {
  failed = 0;
  forwarded = 0;
  private bytes = 0;
  private readonly kinds = new Map<string, number>();
  private readonly bar: ProgressBar;
  private readonly kept: string[] = [];

  /** @param total how many there are; undefined for a queue */
  constructor(
    private readonly context: CliContext,
    private readonly total: { readonly count: number; readonly alreadyDone: number } | undefined,
    private readonly json: boolean,
  ) {
    this.bar = progressBar(context.stderr, total?.count ?? 0);
  }

  async add(crashId: string, outcome: ForwardOutcome): Promise<void> {
    count(this.kinds, kindOf(outcome));
    this.bar.advance(1);
    if (outcome.kind === 'dry run') this.bytes += outcome.bytes;
    if (outcome.kind === 'failed') this.failed += 1;
    else this.forwarded += 1;
    if (this.json) await printLine(this.context.stdout, JSON.stringify({ crashId, ...outcome }));
    else if (outcome.kind === 'failed') await this.addFailure(crashId, outcome.reason);
  }

  private async addFailure(crashId: string, reason: string): Promise<void> {
    const line = inOneLine(`not forwarded: ${crashId}: ${reason}`);
    if (this.total === undefined || this.context.stderr.isTTY !== true)
      await printLine(this.context.stderr, line);
    else if (this.kept.length < maxKept) this.kept.push(line);
  }

  /** Removes the progress bar and prints failures that it held back. */
  async stop(): Promise<void> {
    this.bar.stop();
    for (const line of this.kept.splice(0)) await printLine(this.context.stderr, line);
  }

  async summarize(url: URL, dryRun: boolean): Promise<void> {
    const of = this.total === undefined ? '' : ` of ${this.total.count}`;
    const earlier = this.total?.alreadyDone ?? 0;
    const target = url.origin + url.pathname;
    const line = dryRun
      ? `would forward ${this.forwarded}${of} crashes to ${target}, ${formatBytes(this.bytes)}`
      : `forwarded ${this.forwarded}${of} crashes to ${target}${earlier > 0 ? `; an earlier run forwarded ${earlier}` : ''}`;
    const rows = byCount(this.kinds).map(([kind, number]) => [String(number), kind]);
    const table = dryRun ? '' : formatTable(rows, { right: [0] });
    await print(this.json ? this.context.stderr : this.context.stdout, `${line}\n${table}`);
  }
}

/** The outcome without what differs between crashes. */
function kindOf(outcome: ForwardOutcome): string {
  switch (outcome.kind) {
    case 'forwarded':
      return `${outcome.status} CrashID`;
    case 'discarded':
      return `${outcome.status} Discarded=${outcome.discarded}`;
    case 'dry run':
    case 'failed':
    case 'interrupted':
      return outcome.kind;
  }
}

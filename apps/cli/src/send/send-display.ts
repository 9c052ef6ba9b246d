import { type CliContext, print, printLine } from '../cli-context.js';
import { formatTable } from '../human-units.js';
import { type ProgressBar, progressBar } from '../progress-bar.js';
import { isFailure, jsonOf, kindOf, lineOf, type SentReport } from './sent-report.js';

/** Up to this number of reports, each gets a line; more are counted. */
const maxLines = 20;

/** Shows the results of reports while they are sent, and counts them. Its memory use is constant. */
export class SendDisplay {
  failed = 0;
  answered = 0;
  private readonly context: CliContext;
  private readonly count: number;
  private readonly json: boolean;
  private readonly kinds = new Map<string, number>();
  private readonly bar: ProgressBar;
  private readonly startedAt: Date;

  constructor(context: CliContext, { count, json }: { count: number; json: boolean }) {
    this.context = context;
    this.count = count;
    this.json = json;
    this.startedAt = context.now();
    this.bar = progressBar(context.stderr, count > maxLines ? count : 0);
  }

  async add(sent: SentReport): Promise<void> {
    this.answered += 'answer' in sent ? 1 : 0;
    this.failed += isFailure(sent) ? 1 : 0;
    this.kinds.set(kindOf(sent), (this.kinds.get(kindOf(sent)) ?? 0) + 1);
    this.bar.advance(1);
    if (this.json) await printLine(this.context.stdout, jsonOf(sent));
    else if (this.count <= maxLines) await printLine(this.context.stdout, lineOf(sent));
  }

  /** Removes the progress bar. */
  stop(): void {
    this.bar.stop();
  }

  /** Prints counts when there were too many reports for a line each, or not all were sent. */
  async summarize(): Promise<void> {
    if (this.count <= maxLines && !this.context.interrupted.aborted) return;
    const { stdout, stderr, now } = this.context;
    const seconds = (now().getTime() - this.startedAt.getTime()) / 1000;
    const rate = seconds > 0 ? `, ${(this.answered / seconds).toFixed(1)} a second` : '';
    const rows = [...this.kinds]
      .toSorted(([, a], [, b]) => b - a)
      .map(([kind, count]) => [String(count), kind]);
    await print(
      this.json ? stderr : stdout,
      `${this.answered} of ${this.count} reports answered in ${seconds.toFixed(1)} s${rate}\n${formatTable(rows, { right: [0] })}`,
    );
  }
}

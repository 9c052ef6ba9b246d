import { byCount } from '../../counts.js';
import { type Latency, latencyText } from '../latencies.js';
import {
  factsOf,
  type Plot,
  type ReportDocument,
  type ReportTable,
} from '../../report/report-document.js';
import type { LogTally } from './log-tally.js';

/** What `--json` prints. */
export interface LogResult {
  readonly lines: number;
  readonly notJson: number;
  /** In ISO 8601; undefined without a line of a service. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly requests: number;
  readonly perSecond: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly stored: number;
  readonly published: number;
  /** Milliseconds from the acknowledgement to the raw crash. */
  readonly untilStored: Latency | undefined;
  /** Acknowledged crashes without a line that says so. */
  readonly notStored: number;
  readonly notPublished: number;
  readonly examples: {
    readonly notStored: readonly string[];
    readonly notPublished: readonly string[];
  };
  readonly troubles: Readonly<Record<string, number>>;
}

const maxExamples = 10;
const firstOf = (crashes: ReadonlyMap<string, number>): string[] => [
  ...crashes.keys().take(maxExamples),
];

export function logResult(tally: LogTally): LogResult {
  const { span, outcomes, stored, publishing } = tally;
  const requests = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
  const seconds = Math.max(1, (span.to - span.from) / 1000);
  const known = span.to > 0;
  return {
    lines: tally.lines,
    notJson: tally.notJson,
    from: known ? new Date(span.from).toISOString() : undefined,
    to: known ? new Date(span.to).toISOString() : undefined,
    requests,
    perSecond: requests / seconds,
    outcomes: Object.fromEntries(byCount(outcomes)),
    stored: tally.saved,
    published: tally.published,
    untilStored: tally.untilStored.percentiles,
    notStored: stored.unpaired.size,
    notPublished: publishing.unpaired.size,
    examples: {
      notStored: firstOf(stored.unpaired),
      notPublished: firstOf(publishing.unpaired),
    },
    troubles: Object.fromEntries(byCount(tally.troubles)),
  };
}

export function logDocument(result: LogResult, tally: LogTally): ReportDocument {
  const { from, to, notJson, untilStored, notStored, notPublished, examples } = result;
  const facts = factsOf({
    lines: notJson === 0 ? String(result.lines) : `${result.lines}, ${notJson} not JSON`,
    time: from && `${from} to ${to}`,
    requests: `${result.requests}, ${result.perSecond.toFixed(1)} a second`,
    stored: String(result.stored),
    published: String(result.published),
    'time until stored': untilStored && latencyText(untilStored),
    'no line about storing': missing(notStored, examples.notStored),
    'no line about publishing': missing(notPublished, examples.notPublished),
  });
  return {
    title: 'Crash reports in the logs',
    facts,
    tables: [
      tableOf('Outcomes', 'outcome', result.outcomes),
      tableOf('Warnings and errors', 'message', result.troubles),
    ],
    plots: plotsOf(tally),
    problems: tally.truncated,
  };
}

function missing(count: number, crashIds: readonly string[]): string | undefined {
  return count === 0 ? undefined : `${count}: ${crashIds.join(', ')}`;
}

function tableOf(
  title: string,
  column: string,
  counts: Readonly<Record<string, number>>,
): ReportTable {
  const rows = Object.entries(counts).map(([name, count]) => [String(count), name]);
  return { title, head: ['count', column], rows };
}

function plotsOf({ events }: LogTally): Plot[] {
  const buckets = events.sorted;
  const names = new Set(buckets.flatMap(([, counts]) => [...counts.keys()]));
  const steps = ['stored', 'published'];
  const plot = (title: string, lines: readonly string[]): Plot => ({
    title,
    unit: 'a second',
    from: '1970',
    seconds: buckets.map(([second]) => second),
    lines: lines.map((name) => ({
      name,
      values: buckets.map(([, counts]) => (counts.get(name) ?? 0) / events.seconds),
    })),
  });
  return [
    plot('Requests by outcome', [...names].filter((name) => !steps.includes(name)).toSorted()),
    plot('Stored and published', steps),
  ];
}

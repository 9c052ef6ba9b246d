import { formatBytes } from '../human-units.js';
import {
  factsOf,
  type Plot,
  type ReportDocument,
  type ReportTable,
} from '../report/report-document.js';
import { type Latency, latencyText, timeText } from './latencies.js';
import type { Interval, OutcomeCount, Tally } from './tally.js';
import type { RunUsage } from './measured-run.js';
import { type Verification, verificationFacts } from './verification.js';
import { findingText } from './verify/findings.js';

/** What `--json` prints. Times in milliseconds unless named otherwise. */
export interface LoadResult {
  readonly url: string;
  readonly shape: string;
  readonly seed: number;
  readonly seconds: number;
  readonly interrupted: boolean;
  readonly reports: Readonly<Record<'due' | 'sent' | 'answered' | 'notSent', number>>;
  readonly perSecond: number;
  readonly bytesPerSecond: number;
  readonly latency: Latency | undefined;
  readonly limit: { readonly connections: number; readonly held: number; readonly maxWait: number };
  readonly client: {
    readonly cpuMsPerReport: number;
    readonly cores: number;
    readonly peakBytes: number;
  };
  readonly outcomes: readonly OutcomeCount[];
  readonly verification: Verification | undefined;
  readonly problems: readonly string[];
  readonly intervals: readonly Interval[];
}

export interface Measured extends RunUsage {
  readonly url: URL;
  readonly shape: string;
  readonly seed: number;
  readonly connections: number;
  readonly interrupted: boolean;
  readonly maxP99Ms: number | undefined;
}

/** Above this share of a core, this process may be what limits the rate. */
const busyCores = 0.9;

export function loadResult(
  tally: Tally,
  measured: Measured,
  verification: Verification | undefined,
): LoadResult {
  const { url, shape, seed, interrupted, elapsedMs, cpuMs, peakBytes, connections } = measured;
  const { due, sent, answered } = tally.total;
  const seconds = elapsedMs / 1000;
  const { latency, outcomes, held } = tally;
  return {
    url: url.href,
    shape,
    seed,
    seconds,
    interrupted,
    reports: { due, sent, answered, notSent: due - sent },
    perSecond: answered / seconds,
    bytesPerSecond: tally.bytes / seconds,
    latency,
    limit: { connections, held: held.reports, maxWait: held.maxMs },
    client: { cpuMsPerReport: cpuMs / Math.max(1, sent), cores: cpuMs / elapsedMs, peakBytes },
    outcomes,
    verification,
    problems: [
      ...outcomes.filter((outcome) => outcome.class === 'failed').map(failureText),
      ...lateness(latency, measured.maxP99Ms),
      ...(verification?.findings ?? []).map(findingText),
    ],
    intervals: tally.intervals,
  };
}

function failureText({ label, count, examples }: OutcomeCount): string {
  return `${count} × ${label}${examples.length > 0 ? `: ${examples.join(' | ')}` : ''}`;
}

function lateness(latency: Latency | undefined, maxP99Ms: number | undefined): string[] {
  if (maxP99Ms === undefined || latency === undefined || latency.p99 <= maxP99Ms) return [];
  return [`answers are late: p99 is ${timeText(latency.p99)}, above the limit of ${maxP99Ms} ms`];
}

export function loadDocument(result: LoadResult): ReportDocument {
  const { reports, latency, limit, client, verification } = result;
  const facts = factsOf({
    time: `${result.seconds.toFixed(1)} s${result.interrupted ? ', interrupted' : ''}`,
    reports:
      `${reports.due} due, ${reports.sent} sent, ${reports.answered} answered` +
      (reports.notSent > 0 ? `, ${reports.notSent} not sent before the end` : ''),
    throughput: `${result.perSecond.toFixed(1)} a second, ${formatBytes(Math.round(result.bytesPerSecond))} a second`,
    latency: latency && latencyText(latency),
    'this client':
      `${client.cpuMsPerReport.toFixed(2)} ms of CPU a report, ${formatBytes(client.peakBytes)}` +
      (client.cores > busyCores
        ? `; it used ${client.cores.toFixed(2)} cores and may limit the rate`
        : ''),
    limit:
      limit.held > 0
        ? `${limit.connections} in flight was reached: ${limit.held} reports waited, up to ${timeText(limit.maxWait)}`
        : undefined,
  });
  return {
    title: `${result.shape} on ${result.url}, seed ${result.seed}`,
    facts: [...facts, ...(verification ? verificationFacts(verification) : [])],
    tables: [outcomeTable(result)],
    plots: plotsOf(result.intervals),
    problems: result.problems,
  };
}

function outcomeTable({ outcomes, reports }: LoadResult): ReportTable {
  const share = (count: number): string =>
    `${((100 * count) / Math.max(1, reports.sent)).toFixed(2)} %`;
  return {
    title: 'Outcomes',
    head: ['count', 'share', 'outcome'],
    rows: outcomes.map(({ count, label }) => [String(count), share(count), label]),
  };
}

function plotsOf(intervals: readonly Interval[]): Plot[] {
  const seconds = intervals.map(({ second }) => second);
  const lengths = seconds.map((second, index) => second - (seconds[index - 1] ?? 0));
  const rate = (value: (interval: Interval) => number): number[] =>
    intervals.map((interval, index) => value(interval) / Math.max(1, lengths[index] ?? 1));
  const times = (value: (latency: Latency) => number): (number | null)[] =>
    intervals.map(({ latency }) => (latency ? value(latency) : null));
  const base = { seconds, from: 'start' } as const;
  return [
    {
      ...base,
      title: 'Rate',
      unit: 'reports a second',
      lines: [
        { name: 'due', values: rate(({ due }) => due) },
        { name: 'sent', values: rate(({ sent }) => sent) },
        { name: 'answered', values: rate(({ answered }) => answered) },
      ],
    },
    {
      ...base,
      title: 'Latency from the due time',
      unit: 'ms',
      lines: [
        { name: 'p50', values: times(({ p50 }) => p50) },
        { name: 'p90', values: times(({ p90 }) => p90) },
        { name: 'p99', values: times(({ p99 }) => p99) },
        { name: 'max', values: times(({ max }) => max) },
      ],
    },
    {
      ...base,
      title: 'Outcomes',
      unit: 'reports a second',
      lines: (['accepted', 'discarded', 'refused', 'failed'] as const).map((name) => ({
        name,
        values: rate((interval) => interval[name]),
      })),
    },
    {
      ...base,
      title: 'In flight',
      unit: 'reports',
      lines: [
        { name: 'in flight', values: intervals.map(({ inFlight }) => inFlight) },
        { name: 'waiting', values: intervals.map(({ waiting }) => waiting) },
      ],
    },
  ];
}

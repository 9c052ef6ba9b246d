/** The tables of the report. */
import { memoryTargets, type MemoryRun } from './measurements/memory.js';
import type { RunsBy } from './measurements/in-turns.js';
import type { PathLoad, PathRun } from './measurements/path.js';
import { ratesRatio, type RateRun } from './measurements/rate-run.js';
import { type Moves, type RateCell, rateTargets, type Rejections } from './measurements/rates.js';
import {
  type TelemetryCost,
  type TelemetryMode,
  telemetryModes,
} from './measurements/telemetry.js';
import type { Processed } from './micro/processed.js';
import type { S3Puts } from './micro/s3-puts.js';
import type { StackWalks } from './micro/stack-walks.js';
import type { Verdicts } from './micro/verdicts.js';
import { sqsCalls } from './servers/aws-operation.js';
import { ratios, type Spread, spreadOf } from './statistics.js';
import { textTable } from './text-table.js';

const titles = {
  floor: 'floor',
  'floor-discard': 'floor',
  'floor-moving': 'floor',
  ingest: 'ingest',
  'ingest-shipping': 'ingest, shipping',
  standalone: 'standalone',
} as const;

export function pathTable(runs: readonly PathRun[]): string {
  const rows = runs.map((run) => {
    const { put, get, delete: deleted, ...sqs } = run.callsPerReport;
    const calls = [
      put,
      get,
      deleted,
      sqs.send,
      sqs.receive,
      sqs.remove,
      sqsCalls(run.callsPerReport),
    ];
    return [
      run.backend === 's3' ? `S3, ${run.ingests} ingest` : 'embedded',
      run.request,
      loadTitle(run.load),
      run.reportsPerSecond.toFixed(run.reportsPerSecond < 10 ? 1 : 0),
      run.cpuMsPerReport.toFixed(1),
      run.p50Ms.toFixed(0),
      run.p99Ms.toFixed(0),
      ...calls.map((count) => (run.backend === 's3' ? count.toFixed(2) : '')),
      Object.entries(run.peakRssBytes)
        .map(([service, bytes]) => `${service} ${mebibytes(bytes)}`)
        .join(', '),
    ];
  });
  const header = ['processes', 'report', 'load', 'stored/s', 'CPU ms', 'p50 ms', 'p99 ms'];
  const calls = ['PUT', 'GET', 'DELETE', 'SQS send', 'receive', 'delete', 'SQS all'];
  return textTable([...header, ...calls, 'peak MiB'], rows);
}

function loadTitle(load: PathLoad): string {
  return typeof load === 'number' ? `${load}/s` : load;
}

export function ratesTable(rates: readonly RateCell[]): string {
  const rows = rates.flatMap(({ request, connections, runs }) =>
    rateTargets.map((name) => [
      name === 'floor' ? request : '',
      name === 'floor' ? String(connections) : '',
      titles[name],
      medianOf(runs[name], 'reportsPerSecond', 0),
      name === 'floor' ? '' : spread(ratesRatio(runs[name], runs.floor)),
      medianOf(runs[name], 'p50Ms', 1),
      medianOf(runs[name], 'p99Ms', 1),
      medianOf(runs[name], 'cpuMsPerReport', 2),
      mebibytes(Math.max(...runs[name].map(({ peakRssBytes }) => peakRssBytes))),
      medianOf(runs[name], 'clientCpuMsPerReport', 2),
      String(runs[name].length),
    ]),
  );
  const header = ['report', 'conns', 'server', '/s', 'ratio to floor', 'p50 ms', 'p99 ms'];
  return textTable([...header, 'CPU ms/report', 'peak MiB', 'client ms', 'runs'], rows);
}

export function rejectionsTable(rejections: Rejections): string {
  return besideFloorTable('floor-discard', 'ingest', rejections);
}

export function movesTable(moves: Moves): string {
  return besideFloorTable('floor-moving', 'standalone', moves);
}

function besideFloorTable<F extends keyof typeof titles, S extends keyof typeof titles>(
  floor: F,
  service: S,
  runsBy: RunsBy<F | S>,
): string {
  const rows = [floor, service].map((name) => {
    const runs = runsBy[name];
    return [
      titles[name],
      medianOf(runs, 'reportsPerSecond', 0),
      name === service ? spread(ratesRatio(runs, runsBy[floor])) : '',
      medianOf(runs, 'p99Ms', 1),
      medianOf(runs, 'cpuMsPerReport', 2),
      String(Math.max(...runs.map(({ diskBytesPerReport }) => diskBytesPerReport))),
    ];
  });
  const header = ['server', '/s', 'ratio to floor', 'p99 ms', 'CPU ms/report'];
  return textTable([...header, 'disk bytes/report'], rows);
}

export function stackWalksTable({ walkerMs, nativeMs }: StackWalks): string {
  const native = nativeMs.length > 0 ? spread(spreadOf(nativeMs)) : 'not installed';
  return textTable(
    ['walker', 'ms'],
    [
      ['WebAssembly, in a thread', spread(spreadOf(walkerMs))],
      ['native tool, with its start', native],
    ],
  );
}

export function s3PutsTable({ fromMemoryMs, fromFileMs }: S3Puts): string {
  return textTable(
    ['body', 'CPU ms/put', 'rounds'],
    [
      ['from memory', spread(spreadOf(fromMemoryMs)), String(fromMemoryMs.length)],
      ['from a file', spread(spreadOf(fromFileMs)), String(fromFileMs.length)],
    ],
  );
}

const modes: Readonly<Record<TelemetryMode, string>> = {
  'no metrics': 'metrics dropped at once, no traces',
  default: 'default: metrics for /metrics, no traces',
  'default again': 'default, a second process: the noise',
  exporting: 'metrics and all traces exported by OTLP',
};

export function telemetryTable(cost: TelemetryCost): string {
  const { runs, exportedBytesPerReport } = cost;
  const cpu = (mode: TelemetryMode): number[] =>
    runs[mode].map(({ cpuMsPerReport }) => cpuMsPerReport);
  const rows = telemetryModes.map((mode) => [
    modes[mode],
    medianOf(runs[mode], 'reportsPerSecond', 0),
    mode === 'default' ? '' : spread(ratesRatio(runs[mode], runs.default)),
    medianOf(runs[mode], 'cpuMsPerReport', 2),
    mode === 'default' ? '' : spread(spreadOf(ratios(cpu(mode), cpu('default')))),
  ]);
  const ratio = 'ratio to default';
  const { us, share } = instrumentationCost(cost);
  return [
    textTable(['ingest, shipping', '/s', ratio, 'CPU ms/report', ratio], rows),
    '',
    `Exported for each report: ${(exportedBytesPerReport / 1024).toFixed(1)} KiB`,
    `Calls to spans and metrics by default: ${us.toFixed(1)} µs of CPU a report, ${(share * 100).toFixed(2)} % of ingest's`,
  ].join('\n');
}

/** The CPU time of the calls while nothing is exported, and its share of a report's CPU time in ingest. */
export function instrumentationCost({ instrumentation, runs }: TelemetryCost): {
  readonly us: number;
  readonly share: number;
} {
  const { spansUs, metricsUs } = instrumentation;
  const us = spreadOf(spansUs).median + spreadOf(metricsUs).median;
  const totalUs = 1000 * spreadOf(runs.default.map(({ cpuMsPerReport }) => cpuMsPerReport)).median;
  return { us, share: us / totalUs };
}

export function verdictsTable({
  perSecond,
  perSecondWithStrings,
  perSecondWithShadow,
  decided,
}: Verdicts): string {
  const table = textTable(
    ['what', 'verdicts per second of CPU', 'µs', 'rounds'],
    [
      verdictsRow('the rules', perSecond),
      verdictsRow('annotations made strings, then the rules', perSecondWithStrings),
      verdictsRow('the rules, and the same ones in their shadow', perSecondWithShadow),
    ],
  );
  const reports = Object.values(decided).reduce((sum, count) => sum + count, 0);
  return `${table}\n\n${reports} reports, decided by ${Object.keys(decided).length} different rules`;
}

function verdictsRow(what: string, rates: readonly number[]): string[] {
  const found = spreadOf(rates);
  return [what, spread(found, 0), (1e6 / found.median).toFixed(1), String(rates.length)];
}

export function processedTable({
  perSecondWithoutSymbols,
  perSecondWithSymbols,
  peakRss,
  symbolBytes,
}: Processed): string {
  const table = textTable(
    ['what', 'crashes per second of CPU', 'ms', 'rounds'],
    [
      processedRow('without symbols', perSecondWithoutSymbols),
      processedRow(
        `with ${mebibytes(symbolBytes)} MiB of symbols from the disk`,
        perSecondWithSymbols,
      ),
    ],
  );
  return `${table}\n\npeak memory of the process: ${mebibytes(peakRss)} MiB`;
}

function processedRow(what: string, rates: readonly number[]): string[] {
  const found = spreadOf(rates);
  return [what, spread(found, 0), (1000 / found.median).toFixed(1), String(rates.length)];
}

export function memoryTable(memory: readonly MemoryRun[]): string {
  const rows = memoryTargets.map((name) => {
    const runs = memory.filter(({ target }) => target === name);
    const started = spreadOf(runs.map(({ startPeakRssBytes }) => startPeakRssBytes));
    const peaks = runs.map(({ peakRssBytes }) => mebibytes(peakRssBytes));
    return [titles[name], mebibytes(started.median), peaks.join(', ')];
  });
  return textTable(['server', 'after start, MiB', 'peak of each run, MiB'], rows);
}

function medianOf(runs: readonly RateRun[], field: keyof RateRun, digits: number): string {
  return spreadOf(runs.map((run) => run[field])).median.toFixed(digits);
}

export function spread({ min, median, max }: Spread, digits = 2): string {
  return [min, median, max].map((value) => value.toFixed(digits)).join(' / ');
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

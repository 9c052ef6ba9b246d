import { ratesRatio } from '../measurements/rate-run.js';
import {
  type TelemetryCost,
  type TelemetryMode,
  telemetryModes,
} from '../measurements/telemetry.js';
import { ratios, spreadOf } from '../statistics.js';
import { textTable } from '../text-table.js';
import { medianOf, spread } from './columns.js';

const descriptions: Readonly<Record<TelemetryMode, string>> = {
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
    descriptions[mode],
    medianOf(runs[mode], 'reportsPerSecond', 0),
    mode === 'default' ? '' : spread(ratesRatio(runs[mode], runs.default)),
    medianOf(runs[mode], 'cpuMsPerReport', 2),
    mode === 'default' ? '' : spread(spreadOf(ratios(cpu(mode), cpu('default')))),
  ]);
  const header = [
    'ingest, shipping',
    '/s',
    'ratio to default',
    'CPU ms/report',
    'ratio to default',
  ];
  const { us, share } = instrumentationOff(cost);
  const lines = [
    `Exported for each report: ${(exportedBytesPerReport / 1024).toFixed(1)} KiB`,
    `Calls to spans and metrics by default: ${us.toFixed(1)} µs of CPU a report, ${(share * 100).toFixed(2)} % of ingest's`,
  ];
  return `${textTable(header, rows)}\n\n${lines.join('\n')}`;
}

/** What the calls cost while nothing is exported, and their share of what a report costs ingest in all. */
export function instrumentationOff({ instrumentation, runs }: TelemetryCost): {
  readonly us: number;
  readonly share: number;
} {
  const { spansUs, metricsUs } = instrumentation;
  const us = spreadOf(spansUs).median + spreadOf(metricsUs).median;
  const inAllUs = 1000 * spreadOf(runs.default.map(({ cpuMsPerReport }) => cpuMsPerReport)).median;
  return { us, share: us / inAllUs };
}

import { ratesRatio, type RateRun } from '../measurements/rate-run.js';
import { type RateCell, type RateTarget, rateTargets } from '../measurements/rates.js';
import { textTable } from '../text-table.js';
import { mebibytes, medianOf, spread, titles } from './columns.js';

export function ratesTable(rates: readonly RateCell[]): string {
  const header = ['report', 'conns', 'server', '/s', 'ratio to floor', 'p50 ms', 'p99 ms'];
  const more = ['CPU ms/report', 'peak MiB', 'client ms', 'runs'];
  return textTable([...header, ...more], rates.flatMap(rowsOfCell));
}

function rowsOfCell({ request, connections, runs }: RateCell): string[][] {
  return rateTargets.map((name) => {
    const cell = name === 'floor' ? [request, String(connections)] : ['', ''];
    return cell.concat(columns(name, runs[name], runs.floor));
  });
}

function columns(name: RateTarget, runs: readonly RateRun[], floor: readonly RateRun[]): string[] {
  return [
    titles[name],
    medianOf(runs, 'reportsPerSecond', 0),
    name === 'floor' ? '' : spread(ratesRatio(runs, floor)),
    medianOf(runs, 'p50Ms', 1),
    medianOf(runs, 'p99Ms', 1),
    medianOf(runs, 'cpuMsPerReport', 2),
    mebibytes(Math.max(...runs.map(({ peakRssBytes }) => peakRssBytes))),
    medianOf(runs, 'clientCpuMsPerReport', 2),
    String(runs.length),
  ];
}

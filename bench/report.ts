import { aims } from './aims.js';
import { ratesRatio, type RateRun } from './measurements/rate-run.js';
import { type MemoryTarget, memoryTargets } from './measurements/memory.js';
import { type RateCell, type RateTarget, rateTargets } from './measurements/rates.js';
import type { Results } from './results.js';
import { ratios, type Spread, spreadOf } from './statistics.js';
import { textTable } from './text-table.js';

/** The results for a person to read. */
export function report(results: Results): string {
  const { machine, seconds } = results;
  const memory = `${Math.round(machine.memoryBytes / 2 ** 30)} GiB of memory`;
  const where = `${machine.processors} processors, ${memory}, ${machine.platform}, Node ${machine.node}`;
  const sections = [
    `Measured for ${seconds} s on ${where}; load average at the start ${machine.loadAverage.toFixed(1)}.`,
    ...(machine.diskIsMemory ? [inMemoryWarning] : []),
    `Acknowledged reports (median of the runs; ratio to the floor: min / median / max). "ingest" ships them after the run, "ingest, shipping" meanwhile\n\n${ratesTable(results)}`,
    `Rejected reports, 610 KB, 10 connections; the floor reads the body and drops it\n\n${rejectionsTable(results)}`,
    `Moving a backlog of 610 KB reports; the floor reads, writes, syncs and removes files\n\n${movingTable(results)}`,
    `Peak memory with 64 uploads of 25 MB at once, freshly started\n\n${memoryTable(results)}`,
    `Aims\n\n${aims(results).join('\n')}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

const titles: Readonly<Record<RateTarget | MemoryTarget, string>> = {
  floor: 'floor',
  ingest: 'ingest',
  'ingest-shipping': 'ingest, shipping',
  standalone: 'standalone',
};

const inMemoryWarning =
  'The reports were written to a file system in memory: syncing cost nothing, and no ratio below means anything. Give --dir a folder on a disk.';

function ratesTable({ rates }: Results): string {
  const header = ['report', 'conns', 'server', '/s', 'ratio to floor', 'p50 ms', 'p99 ms'];
  const more = ['CPU ms/report', 'peak MiB', 'client ms', 'runs'];
  return textTable([...header, ...more], rates.flatMap(rowsOfCell));
}

function rowsOfCell({ request, connections, runs }: RateCell): string[][] {
  return rateTargets.map((name) => {
    const cell = name === 'floor' ? [request, String(connections)] : ['', ''];
    return cell.concat(rateColumns(name, runs[name], runs.floor));
  });
}

function rateColumns(name: RateTarget, runs: readonly RateRun[], floor: readonly RateRun[]) {
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

function rejectionsTable({ rejections }: Results): string {
  const floor = rejections['floor-discard'];
  const rows = (['floor-discard', 'ingest'] as const).map((name) => {
    const runs = rejections[name];
    return [
      name === 'ingest' ? 'ingest' : 'floor',
      medianOf(runs, 'reportsPerSecond', 0),
      name === 'ingest' ? spread(ratesRatio(runs, floor)) : '',
      medianOf(runs, 'p99Ms', 1),
      medianOf(runs, 'cpuMsPerReport', 2),
      String(Math.max(...runs.map(({ diskBytesPerReport }) => diskBytesPerReport))),
    ];
  });
  const header = ['server', '/s', 'ratio to floor', 'p99 ms', 'CPU ms/report'];
  return textTable([...header, 'disk bytes/report'], rows);
}

function movingTable({ moving }: Results): string {
  const rows = (['floor', 'crashmover'] as const).map((name) => {
    const rates = moving[name].map(({ reportsPerSecond }) => reportsPerSecond);
    const floor = moving.floor.map(({ reportsPerSecond }) => reportsPerSecond);
    return [
      name,
      spreadOf(rates).median.toFixed(0),
      name === 'floor' ? '' : spread(spreadOf(ratios(rates, floor))),
      spreadOf(moving[name].map(({ cpuMsPerReport }) => cpuMsPerReport)).median.toFixed(2),
      moving[name].map(({ reports }) => reports).join(', '),
    ];
  });
  return textTable(['process', '/s', 'ratio to floor', 'CPU ms/report', 'reports'], rows);
}

function memoryTable({ memory }: Results): string {
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

function spread({ min, median, max }: Spread): string {
  return [min, median, max].map((value) => value.toFixed(2)).join(' / ');
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

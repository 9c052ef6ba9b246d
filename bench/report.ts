import { aims } from './aims.js';
import { memoryTargets } from './measurements/memory.js';
import { ratesRatio } from './measurements/rate-run.js';
import type { Results } from './results.js';
import { spreadOf } from './statistics.js';
import { mebibytes, medianOf, spread, titles } from './tables/columns.js';
import { movingTable } from './tables/moving-table.js';
import { ratesTable } from './tables/rates-table.js';
import { s3PutsTable } from './tables/s3-puts-table.js';
import { shippingTable } from './tables/shipping-table.js';
import { telemetryTable } from './tables/telemetry-table.js';
import { verdictsTable } from './tables/verdicts-table.js';
import { textTable } from './text-table.js';

/** The results for a person to read. */
export function report(results: Results): string {
  const { machine, seconds } = results;
  const memory = `${Math.round(machine.memoryBytes / 2 ** 30)} GiB of memory`;
  const where = `${machine.processors} processors, ${memory}, ${machine.platform}, Node ${machine.node}`;
  const sections = [
    `Measured for ${seconds} s on ${where}; load average at the start ${machine.loadAverage.toFixed(1)}.`,
    ...(machine.diskIsMemory ? [inMemoryWarning] : []),
    titled(
      'Acknowledged reports (medians of the runs; ratio to the floor: min / median / max). "ingest" ships when the run is over, "ingest, shipping" meanwhile, and its CPU time includes that',
      ratesTable(results.rates),
    ),
    titled(
      'Rejected reports, 610 KB, 10 connections; the floor reads the body and drops it',
      rejectionsTable(results),
    ),
    titled(
      '610 KB plain, 10 connections, shipping meanwhile: to a directory, and to S3 and SQS stand-ins, which have a process of their own',
      shippingTable(results.shipping),
    ),
    titled('Puts of 610 KB into S3, ten at once (min / median / max)', s3PutsTable(results.s3Puts)),
    titled(
      'Moving a backlog of 610 KB reports; the floor reads, writes, syncs and removes files',
      movingTable(results.moving),
    ),
    titled(
      'What metrics and traces cost; 610 KB plain, 10 connections',
      telemetryTable(results.telemetry),
    ),
    titled('Verdicts of the Mozilla rules (min / median / max)', verdictsTable(results.verdicts)),
    titled('Peak memory with 64 uploads of 25 MB at once, freshly started', memoryTable(results)),
    `Aims\n\n${aims(results).join('\n')}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function titled(title: string, table: string): string {
  return `${title}\n\n${table}`;
}

const inMemoryWarning =
  'The reports were written to a file system in memory: syncing cost nothing, and no ratio below means anything. Give --dir a folder on a disk.';

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

function memoryTable({ memory }: Results): string {
  const rows = memoryTargets.map((name) => {
    const runs = memory.filter(({ target }) => target === name);
    const started = spreadOf(runs.map(({ startPeakRssBytes }) => startPeakRssBytes));
    const peaks = runs.map(({ peakRssBytes }) => mebibytes(peakRssBytes));
    return [titles[name], mebibytes(started.median), peaks.join(', ')];
  });
  return textTable(['server', 'after start, MiB', 'peak of each run, MiB'], rows);
}

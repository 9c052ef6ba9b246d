import type { FunctionTime } from './cpu-profile.js';
import type { MemoryTarget } from './measurements/memory.js';
import type { IngestProfile } from './measurements/profile.js';
import { ratesRatio } from './measurements/rate-run.js';
import type { Results } from './results.js';
import { spreadOf } from './statistics.js';
import {
  instrumentationCost,
  memoryTable,
  movingTable,
  ratesTable,
  rejectionsTable,
  s3PutsTable,
  shippingTable,
  telemetryTable,
  verdictsTable,
} from './tables.js';
import { textTable } from './text-table.js';

const inMemoryWarning =
  'The reports were written to a file system in memory: syncing cost nothing, and no ratio below means anything. Give --dir a folder on a disk.';

export function report(results: Results): string {
  const { machine, seconds } = results;
  const memory = `${Math.round(machine.memoryBytes / 2 ** 30)} GiB of memory`;
  const where = `${machine.processors} processors, ${memory}, ${machine.platform}, Node ${machine.node}`;
  return joined([
    `Measured for ${seconds} s on ${where}; load average at the start ${machine.loadAverage.toFixed(1)}.`,
    ...(machine.diskIsMemory ? [inMemoryWarning] : []),
    'Acknowledged reports (medians of the runs; ratio to the floor: min / median / max). The floor inflates gzipped reports, too. "ingest" ships when the run is over, "ingest, shipping" meanwhile, and its CPU time includes that',
    ratesTable(results.rates),
    'Rejected reports, 610 KB, 10 connections; the floor reads the body and drops it',
    rejectionsTable(results.rejections),
    '610 KB plain, 10 connections, shipping meanwhile: to a directory, and to S3 and SQS stand-ins, which have a process of their own',
    shippingTable(results.shipping),
    'Puts of 610 KB into S3, ten at once (min / median / max)',
    s3PutsTable(results.s3Puts),
    'Moving a backlog of 610 KB reports; the floor reads, writes, syncs and removes files',
    movingTable(results.moving),
    'What metrics and traces cost; 610 KB plain, 10 connections',
    telemetryTable(results.telemetry),
    'Verdicts of the Mozilla rules (min / median / max)',
    verdictsTable(results.verdicts),
    'Peak memory with 64 uploads of 25 MB at once, freshly started',
    memoryTable(results.memory),
    'Aims',
    aims(results).join('\n'),
  ]);
}

function joined(sections: readonly string[]): string {
  return `${sections.join('\n\n')}\n`;
}

function aim(reached: boolean, what: string): string {
  return `${reached ? 'reached' : 'MISSED '}  ${what}`;
}

function aims({ memory, rates, rejections, telemetry, verdicts }: Results): string[] {
  const written = Math.max(
    ...rejections.ingest.map(({ diskBytesPerReport }) => diskBytesPerReport),
  );
  const perSecond = spreadOf(verdicts.perSecond).median;
  // Below 1 %, the cost of telemetry is lost in the noise of other measurements.
  const telemetryPercent = instrumentationCost(telemetry).share * 100;
  return [
    ...rates
      .filter(({ request }) => request === '610 KB plain' || request === '610 KB gzip')
      .map(({ request, connections, runs }) => {
        const { median } = ratesRatio(runs.ingest, runs.floor);
        const what = `ingest at ${connections} connections, ${request}, before shipping`;
        return aim(median >= 0.75, `${what}: ${median.toFixed(2)} of the floor, aim at least 0.75`);
      }),
    memoryAim(memory, 'ingest-shipping', 300e6),
    memoryAim(memory, 'standalone', 400 * 1024 * 1024),
    aim(
      perSecond >= 100_000,
      `${perSecond.toFixed(0)} verdicts a second and core, aim at least 100000`,
    ),
    aim(
      telemetryPercent <= 1,
      `metrics and traces, nothing exported: ${telemetryPercent.toFixed(2)} % of ingest's CPU time, aim at most 1`,
    ),
    aim(written === 0, `a rejected report: ${written} bytes to the disk, aim none`),
  ];
}

function memoryAim(memory: Results['memory'], server: MemoryTarget, maxBytes: number): string {
  const runs = memory.filter(({ target }) => target === server);
  const peak = Math.max(...runs.map(({ peakRssBytes }) => peakRssBytes));
  const what = `${server} with 64 uploads of 25 MB: ${(peak / 1e6).toFixed(0)} MB resident`;
  return aim(peak <= maxBytes, `${what}, aim at most ${(maxBytes / 1e6).toFixed(0)}`);
}

const shownFunctions = 40;
/** Smaller parts are added up in one line. */
const smallestPart = 0.005;

/** The parts and functions that take most of the main thread's time. */
export function profileReport({ cpuMsPerReport, parts, functions }: IngestProfile): string {
  const large = parts.filter(({ share }) => share >= smallestPart);
  const others = 1 - large.reduce((sum, { share }) => sum + share, 0);
  const partRows = [...large, { part: 'others', share: others }].map(({ part, share }) => [
    part,
    percent(share),
  ]);
  return joined([
    `610 KB plain, 10 connections, shipping meanwhile: ${cpuMsPerReport.toFixed(2)} ms of CPU a report on all threads, under the profiler. Shares are of the main thread's time.`,
    'By part',
    textTable(['part', 'share'], partRows),
    'By function, own time',
    functionsTable(functions),
    'By function, with all that they call',
    functionsTable(functions.toSorted((a, b) => b.total - a.total)),
  ]);
}

function functionsTable(times: readonly FunctionTime[]): string {
  const rows = times
    .slice(0, shownFunctions)
    .map(({ name, self, total }) => [name, percent(self), percent(total)]);
  return textTable(['function', 'self', 'with callees'], rows);
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

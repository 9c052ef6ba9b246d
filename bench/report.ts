import { aims } from './aims.js';
import type { FunctionTime } from './cpu-profile.js';
import type { IngestProfile } from './measurements/profile.js';
import type { Results } from './results.js';
import {
  memoryTable,
  processedTable,
  pathTable,
  ratesTable,
  movesTable,
  rejectionsTable,
  s3PutsTable,
  stackWalksTable,
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
    'From request to published id: all processes, per report. S3 and SQS are stand-ins in a process of their own, whose CPU time is not counted. "full": 10 connections send as fast as they can; "half": half of what was stored at full load. At 250/s, reports are small: the stand-ins share the processors',
    pathTable(results.path),
    'Acknowledged reports (medians of the runs; ratio to the floor: min / median / max). The floor inflates gzipped reports, too. "ingest" ships when the run is over, "ingest, shipping" meanwhile, and its CPU time includes that',
    ratesTable(results.rates),
    'Rejected reports, 610 KB, 10 connections; the floor reads the body and drops it',
    rejectionsTable(results.rejections),
    'Embedded, 610 KB, 10 connections; the floor stores in the same steps, from spooling and staging to three synced objects, and parses nothing',
    movesTable(results.moves),
    'Puts of 610 KB into S3, ten at once (min / median / max)',
    s3PutsTable(results.s3Puts),
    'What metrics and traces cost; 610 KB plain, 10 connections',
    telemetryTable(results.telemetry),
    'Verdicts of the Mozilla rules (min / median / max)',
    verdictsTable(results.verdicts),
    'Crashes that the processor processes, each with a small minidump (min / median / max)',
    processedTable(results.processed),
    'Walking the stacks of one minidump of 600 KB, 32 threads, without symbols (min / median / max)',
    stackWalksTable(results.stackWalks),
    'Peak memory with 64 uploads of 25 MB at once, freshly started',
    memoryTable(results.memory),
    'Aims',
    aims(results)
      .map(({ reached, what }) => `${reached ? 'reached' : 'MISSED '}  ${what}`)
      .join('\n'),
  ]);
}

function joined(sections: readonly string[]): string {
  return `${sections.join('\n\n')}\n`;
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

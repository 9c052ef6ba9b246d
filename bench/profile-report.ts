import type { FunctionTime } from './cpu-profile.js';
import type { IngestProfile } from './measurements/profile.js';
import { textTable } from './text-table.js';

const shown = 40;
/** Smaller parts are summed up in one line. */
const smallestPart = 0.005;

/** The parts and functions that take most of the main thread's time, for a person to read. */
export function profileReport({ cpuMsPerReport, parts, functions }: IngestProfile): string {
  const large = parts.filter(({ share }) => share >= smallestPart);
  const others = 1 - large.reduce((sum, { share }) => sum + share, 0);
  const partRows = [...large, { part: 'others', share: others }];
  const sections = [
    `610 KB plain, 10 connections, shipping meanwhile: ${cpuMsPerReport.toFixed(2)} ms of CPU a report on all threads, under the profiler. Shares are of the main thread's time.`,
    `By part\n\n${textTable(
      ['part', 'share'],
      partRows.map(({ part, share }) => [part, percent(share)]),
    )}`,
    `By function, own time\n\n${tableOf(functions)}`,
    `By function, with all that they call\n\n${tableOf(functions.toSorted((a, b) => b.total - a.total))}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function tableOf(times: readonly FunctionTime[]): string {
  return textTable(
    ['function', 'self', 'with callees'],
    times.slice(0, shown).map(({ name, self, total }) => [name, percent(self), percent(total)]),
  );
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

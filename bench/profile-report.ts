import type { FunctionTime } from './cpu-profile.js';
import { textTable } from './text-table.js';

const shown = 40;

/** The functions that take most of the main thread's time, for a person to read. */
export function profileReport(times: readonly FunctionTime[]): string {
  const inclusive = times.toSorted((a, b) => b.total - a.total);
  return `By own time\n\n${tableOf(times)}\n\nWith all that they call\n\n${tableOf(inclusive)}\n`;
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

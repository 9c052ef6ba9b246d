import type { Verdicts } from '../micro/verdicts.js';
import { spreadOf } from '../statistics.js';
import { textTable } from '../text-table.js';
import { spread } from './columns.js';

export function verdictsTable({ perSecond, perSecondWithTexts, decided }: Verdicts): string {
  const rows = [
    rowOf('the rules', perSecond),
    rowOf('annotations made texts, then the rules', perSecondWithTexts),
  ];
  const reports = Object.values(decided).reduce((sum, count) => sum + count, 0);
  const table = textTable(['what', 'verdicts per second of CPU', 'µs', 'rounds'], rows);
  return `${table}\n\n${reports} reports, decided by ${Object.keys(decided).length} different rules`;
}

function rowOf(what: string, rates: readonly number[]): string[] {
  const found = spreadOf(rates);
  return [what, spread(found, 0), (1e6 / found.median).toFixed(1), String(rates.length)];
}

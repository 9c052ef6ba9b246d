import type { S3Puts } from '../micro/s3-puts.js';
import { spreadOf } from '../statistics.js';
import { textTable } from '../text-table.js';
import { spread } from './columns.js';

export function s3PutsTable({ fromMemoryMs, fromFileMs }: S3Puts): string {
  const rows = [
    ['from memory', spread(spreadOf(fromMemoryMs)), String(fromMemoryMs.length)],
    ['from a file', spread(spreadOf(fromFileMs)), String(fromFileMs.length)],
  ];
  return textTable(['body', 'CPU ms/put', 'rounds'], rows);
}

import { readFileSync } from 'node:fs';

import { ruleFunctions } from '#antenna/throttle';

import { code, markdownTable } from './markdown-table.js';

const functionTable = /^\| Function \| Result \|\n(?:\|.*\n)+/m;

/** docs/throttling.md, which is written by hand, with the table of functions that rules may call. */
export function throttlingDocument(): string {
  const rows = ruleFunctions.map(({ usage, returns }) => [usage.map(code).join(', '), returns]);
  const table = markdownTable(['Function', 'Result'], rows);
  const document = readFileSync('docs/throttling.md', 'utf8');
  if (!functionTable.test(document))
    throw new Error('docs/throttling.md has no table of functions');
  return document.replace(functionTable, () => `${table}\n`);
}

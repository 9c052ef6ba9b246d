import { readFileSync } from 'node:fs';

import { ruleFunctions } from '#antenna/throttle';

import { code, markdownTable } from './markdown-table.js';

const functionTable = /^\| Function \| Result \|\n(?:\|.*\n)+/m;

/** docs/throttling.md, in which the table of rule functions is generated and the rest is written by hand. */
export function throttlingDocument(): string {
  const rows = ruleFunctions.map(({ usage, returns }) => [usage.map(code).join(', '), returns]);
  const table = markdownTable(['Function', 'Result'], rows);
  const document = readFileSync('docs/throttling.md', 'utf8');
  if (!functionTable.test(document))
    throw new Error('docs/throttling.md has no table of functions');
  return document.replace(functionTable, () => `${table}\n`);
}

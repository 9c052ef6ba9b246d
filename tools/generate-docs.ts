/**
 * Writes the documents that follow from the code: `npm run docs`.
 * `npm run docs -- --check` writes nothing and fails when one of them is stale.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { configurationDocument } from './configuration-document.js';
import { metricsDocument } from './metrics-document.js';

const folder = resolve('docs');
const documents: Readonly<Record<string, string>> = {
  'configuration.md': configurationDocument(),
  'metrics.md': metricsDocument(),
};

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [name, text] of Object.entries(documents)) {
  const file = join(folder, name);
  if (text === (await readFile(file, 'utf8').catch(() => ''))) continue;
  stale.push(name);
  if (!check) await writeFile(file, text);
}
if (check && stale.length > 0) {
  process.stderr.write(`stale in docs/: ${stale.join(', ')}; run npm run docs\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(
    stale.length === 0 ? 'docs are up to date\n' : `wrote ${stale.join(', ')}\n`,
  );
}

import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { chartFolder } from './chart.js';

/**
 * A copy of the chart below the directory, with other lines in its `Chart.yaml`: by key, undefined for none.
 * @returns its folder
 */
export async function chartWith(
  directory: string,
  fields: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const copy = join(directory, `antenna-${JSON.stringify(fields).replace(/[^\w.]/g, '')}`);
  await cp(chartFolder, copy, { recursive: true });
  const file = join(copy, 'Chart.yaml');
  let text = await readFile(file, 'utf8');
  for (const [key, value] of Object.entries(fields)) {
    const line = new RegExp(`^${key}: .*$`, 'm');
    if (!line.test(text)) throw new Error(`Chart.yaml has no ${key}`);
    text = text.replace(line, value === undefined ? '' : `${key}: ${value}`);
  }
  await writeFile(file, text);
  return copy;
}

import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { chartFolder } from './chart.js';

/**
 * Copies the chart into the directory and changes fields of its `Chart.yaml`; a field with the value undefined is removed.
 * @returns the folder of the copy
 */
export async function chartWith(
  directory: string,
  fields: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const copy = join(directory, `antenna-${JSON.stringify(fields).replace(/[^\w.]/g, '')}`);
  await cp(chartFolder, copy, { recursive: true });
  const file = join(copy, 'Chart.yaml');
  let yaml = await readFile(file, 'utf8');
  for (const [key, value] of Object.entries(fields)) {
    const line = new RegExp(`^${key}: .*$`, 'm');
    if (!line.test(yaml)) throw new Error(`Chart.yaml has no ${key}`);
    yaml = yaml.replace(line, value === undefined ? '' : `${key}: ${value}`);
  }
  await writeFile(file, yaml);
  return copy;
}

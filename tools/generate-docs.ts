/**
 * `npm run docs` writes the documents, dashboards and API descriptions that are generated from the code.
 * `npm run docs -- --check` writes nothing and fails if one of them is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';

import { format } from 'oxfmt';

import { chartReadme } from './chart-readme.js';
import { chartSettingsFiles } from './chart-settings.js';
import { configurationDocument } from './configuration-document.js';
import { dashboardFiles } from './dashboards/dashboard-files.js';
import { openApiFiles } from './openapi/openapi-files.js';
import { metricsDocument } from './metrics-document.js';
import { processedCrashSchemaFiles, processorDocument } from './processor-document.js';
import { throttlingDocument } from './throttling-document.js';

const documents: Readonly<Record<string, string>> = {
  'charts/antenna/README.md': chartReadme(),
  'docs/configuration.md': configurationDocument(),
  'docs/metrics.md': metricsDocument(),
  'docs/processor.md': processorDocument(),
  'docs/throttling.md': throttlingDocument(),
  ...(await formatted(dashboardFiles())),
  ...(await formatted(processedCrashSchemaFiles())),
  ...(await formatted(chartSettingsFiles())),
  ...(await formatted(await openApiFiles())),
};

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [file, text] of Object.entries(documents)) {
  if (text === (await readFile(file, 'utf8').catch(() => ''))) continue;
  stale.push(file);
  if (!check) await writeFile(file, text);
}
if (check && stale.length > 0) {
  process.stderr.write(`out of date: ${stale.join(', ')}; run npm run docs\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(
    stale.length === 0 ? 'docs are up to date\n' : `wrote ${stale.join(', ')}\n`,
  );
}

/** Formats the files like `npm run format`. */
async function formatted(files: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const texts = Object.entries(files).map(async ([file, text]) => {
    const { code, errors } = await format(file, text, { printWidth: 100 });
    if (errors.length > 0)
      throw new Error(`${file}: ${errors.map(({ message }) => message).join()}`);
    return [file, code] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}

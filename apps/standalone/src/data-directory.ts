import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type EmbeddedBackend, openEmbeddedBackend } from '#antenna/backends';
import { systemCode } from '#antenna/errors';
import { mozillaRuleset } from '#antenna/bundled-rules';

/** The embedded backend, and beside it what else a single process keeps. */
export interface DataDirectory extends EmbeddedBackend {
  readonly spool: string;
  readonly rulesFile: string;
  /** The last valid rules: what is live after a start with broken ones. */
  readonly rulesCacheFile: string;
}

/** @throws StartupError when the directory cannot be used. */
export async function openDataDirectory(dataDirectory: string): Promise<DataDirectory> {
  const backend = await openEmbeddedBackend(dataDirectory);
  const rulesFile = join(backend.directory, 'throttle-rules.yaml');
  await writeUnlessThere(rulesFile, mozillaRuleset);
  return {
    ...backend,
    spool: join(backend.directory, 'spool'),
    rulesFile,
    rulesCacheFile: join(backend.directory, 'throttle-rules.last-valid.json'),
  };
}

/** The rules are the developer's to edit: they are written once and never again. */
async function writeUnlessThere(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

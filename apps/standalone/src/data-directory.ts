import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type EmbeddedBackend, openEmbeddedBackend } from '#antenna/backends';
import { systemCode } from '#antenna/errors';
import { mozillaRuleset } from '#antenna/bundled-rules';

/** The embedded backend and the other files that the single process keeps. */
export interface DataDirectory extends EmbeddedBackend {
  readonly spool: string;
  readonly rulesFile: string;
  /** The last valid rules, used after a start with broken ones. */
  readonly rulesCacheFile: string;
}

/** @throws StartupError when the directory cannot be used. */
export async function openDataDirectory(dataDirectory: string): Promise<DataDirectory> {
  const backend = await openEmbeddedBackend(dataDirectory);
  const rulesFile = join(backend.directory, 'throttle-rules.yaml');
  await writeUnlessPresent(rulesFile, mozillaRuleset);
  return {
    ...backend,
    spool: join(backend.directory, 'spool'),
    rulesFile,
    rulesCacheFile: join(backend.directory, 'throttle-rules.last-valid.json'),
  };
}

/** Written once and never overwritten, because developers edit the rules. */
async function writeUnlessPresent(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

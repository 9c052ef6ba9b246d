import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type EmbeddedBackend, openEmbeddedBackend } from '#antenna/backends';
import { systemCode } from '#antenna/errors';
import { mozillaRuleset } from '#antenna/bundled-rules';

/** The directories and files of the standalone process. */
export interface DataDirectory extends EmbeddedBackend {
  readonly spool: string;
  readonly rulesFile: string;
  /** The last valid rules, used if the rules are invalid at the next start. */
  readonly rulesCacheFile: string;
}

/** @throws StartupError if the directory cannot be created */
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

/** Never overwrites the file, because developers edit the rules. */
async function writeUnlessPresent(file: string, content: string): Promise<void> {
  try {
    await writeFile(file, content, { flag: 'wx' });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
}

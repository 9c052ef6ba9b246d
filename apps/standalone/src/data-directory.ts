import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { dataDirectoryError, type EmbeddedBackend, openEmbeddedBackend } from '#antenna/backends';
import { systemCode } from '#antenna/errors';
import type { Logger } from '#antenna/telemetry';

import type { StandaloneConfig } from './standalone.config.js';

/** The directories and files of the standalone process. */
export interface DataDirectory extends EmbeddedBackend {
  readonly spool: string;
  readonly rulesFile: string;
  /** The last valid rules, used if the rules are invalid at the next start. */
  readonly rulesCacheFile: string;
  /** Where the processor looks for symbol files. */
  readonly symbolFiles: string;
  readonly symbolCache: string;
}

/** @throws StartupError if the directory cannot be created */
export async function openDataDirectory(dataDirectory: string): Promise<DataDirectory> {
  const backend = await openEmbeddedBackend(dataDirectory);
  return {
    ...backend,
    spool: join(backend.directory, 'spool'),
    rulesFile: join(backend.directory, 'throttle-rules.yaml'),
    rulesCacheFile: join(backend.directory, 'throttle-rules.last-valid.json'),
    symbolFiles: join(backend.directory, 'symbols'),
    symbolCache: join(backend.directory, 'symbol-cache'),
  };
}

/**
 * Writes the rules of a new data directory. Never overwrites the file, because developers edit the rules.
 * @throws StartupError
 */
export async function writeFirstRules(
  rulesFile: string,
  { rules }: StandaloneConfig,
  logger: Logger,
): Promise<void> {
  const ruleset = import.meta.resolve(`#throttle-rules/${rules ?? 'accept-all'}.yaml`);
  const content = await readFile(new URL(ruleset), 'utf8');
  try {
    await writeFile(rulesFile, content, { flag: 'wx' });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') {
      // The next start would take an empty file for the rules.
      await rm(rulesFile, { force: true }).catch(() => undefined);
      throw dataDirectoryError(dirname(rulesFile), error, rulesFile);
    }
    if (rules === undefined || (await readFile(rulesFile, 'utf8')) === content) return;
    logger.warn(
      `RULES=${rules} has no effect: ${rulesFile} exists and stays in use; remove it, then start again, to get these rules`,
    );
  }
}

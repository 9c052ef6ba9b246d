import { join, resolve } from 'node:path';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { dataDirectoryAt, isDirectory } from '../stored/data-directory.js';
import { usesDataDirectory } from '../stored/open-backend.js';

/** Which spool a command uses. */
export interface SpoolOptions {
  readonly spoolDir?: string;
  readonly dataDir?: string;
}

/**
 * The directory of an existing spool: as given, or of the environment's SPOOL_DIR, or in the data directory.
 * @throws CliError
 */
export async function spoolDirectoryAt(
  { spoolDir, dataDir }: SpoolOptions,
  context: CliContext,
): Promise<string> {
  const { SPOOL_DIR: ofIngest = '', BACKEND: backend } = context.environment;
  const given = spoolDir ?? (dataDir === undefined ? ofIngest : '');
  if (given !== '') {
    const directory = resolve(given);
    if (await isDirectory(join(directory, 'envelopes'))) return directory;
    throw new CliError(`no spool at ${directory}: it has no folder envelopes`);
  }
  if (dataDir === undefined && !usesDataDirectory(context))
    throw new CliError(`BACKEND=${backend}: name the directory of the spool with --spool-dir`);
  return (await dataDirectoryAt(dataDir ?? context.dataDirectory)).spool;
}

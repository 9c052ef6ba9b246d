import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { systemCode } from '#antenna/errors';
import { CliError } from '../cli-error.js';

/** Where the services in one process keep their data (docs/architecture.md, "Stored layout"). */
export interface DataDirectory {
  readonly root: string;
  readonly crashes: string;
  readonly staging: string;
  readonly queues: string;
  readonly spool: string;
  readonly envelopes: string;
}

/**
 * The folders of an existing data directory. A command must not create one for a mistyped path.
 * @throws CliError
 */
export async function dataDirectoryAt(path: string): Promise<DataDirectory> {
  const root = resolve(path);
  if (!(await isDirectory(root))) {
    throw new CliError(
      `no data directory at ${root}; give one with --data-dir or in ANTENNA_DATA_DIR`,
    );
  }
  return {
    root,
    crashes: join(root, 'crashes'),
    staging: join(root, 'staging'),
    queues: join(root, 'queues'),
    spool: join(root, 'spool'),
    envelopes: join(root, 'spool', 'envelopes'),
  };
}

/** @throws CliError when the path cannot be accessed */
export async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return false;
    throw new CliError(`cannot access ${path}: ${systemCode(error)}`, 1, { cause: error });
  }
}

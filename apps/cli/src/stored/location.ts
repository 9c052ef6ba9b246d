import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { openDirectoryBlobStore } from '#antenna/blob-store';
import { stagedEnvelopeKey } from '#antenna/crash-report';
import { StoredCrashes } from '#antenna/stored-crashes';
import type { CliContext } from '../cli-context.js';
import { type DataDirectory, dataDirectoryAt, isDirectory } from './data-directory.js';
import { type OperatorBackend, usesDataDirectory, withBackend } from './open-backend.js';

/** Where a crash is stored, or waits for that. */
export interface CrashLocations {
  /** Undefined while nothing has been stored. */
  readonly crashes: StoredCrashes | undefined;
  /** The name of the crash store for an error. */
  readonly name: string;
  /** Describes where a crash that is not stored is waiting, if it is. */
  locationOf(crashId: string): Promise<string>;
}

/**
 * Opens the crash store while the action runs: in the data directory, of which nothing is created, or in S3.
 * @throws CliError
 */
export async function withCrashLocations<T>(
  dataPath: string,
  context: CliContext,
  action: (locations: CrashLocations) => Promise<T>,
  access: 'read' | 'write' = 'read',
): Promise<T> {
  if (!usesDataDirectory(context))
    return await withBackend(dataPath, context, (backend) => action(inBuckets(backend)));
  const data = await dataDirectoryAt(dataPath);
  const crashes = (await isDirectory(data.crashes))
    ? StoredCrashes.ofCollector(
        await openDirectoryBlobStore({ directory: data.crashes, access }),
        data.crashes,
      )
    : undefined;
  return await action({
    crashes,
    name: data.crashes,
    locationOf: (crashId) => locationIn(data, crashId),
  });
}

function inBuckets({ crashes, staging, config }: OperatorBackend): CrashLocations {
  const name = `bucket ${config.crashBucket}`;
  return {
    crashes: StoredCrashes.ofCollector(crashes, name),
    name,
    async locationOf(crashId) {
      const key = stagedEnvelopeKey(crashId);
      for await (const { key: found } of staging.list(key))
        return `it is staged for crashmover: object ${found} in bucket ${config.stagingBucket}`;
      return `there is no object ${key} in bucket ${config.stagingBucket} either; it may be in a batch or in a spool`;
    },
  };
}

async function locationIn(data: DataDirectory, crashId: string): Promise<string> {
  const waiting = [
    { path: join(data.envelopes, `${crashId}.envelope`), meaning: 'it is in the spool' },
    {
      path: join(data.staging, stagedEnvelopeKey(crashId)),
      meaning: 'it is staged for crashmover',
    },
  ];
  for (const { path, meaning } of waiting) if (await exists(path)) return `${meaning}: ${path}`;
  return `it is not in ${data.envelopes} or ${data.staging} either`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

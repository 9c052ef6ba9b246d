import { openStoredCrashes, type StoredCrashes } from '#antenna/stored-crashes';
import type { CliContext } from '../cli-context.js';
import { configOf } from './open-backend.js';

/** Describes the values of options that name a store of crashes. */
export const storeLocation = 's3://bucket[/prefix], a directory of crashes or a data directory';

/**
 * Opens a store of crashes: S3 with the settings of the services, or a directory in either layout.
 * @throws CliError, StoredCrashesError, BlobStoreError
 */
export async function openCrashStore(
  location: string,
  { environment }: CliContext,
  access: 'read' | 'write' = 'read',
): Promise<StoredCrashes> {
  // Loaded here because it loads the services' frameworks: other commands start faster.
  const { BackendConfig } = await import('#antenna/backends');
  return await openStoredCrashes(location, await configOf(BackendConfig, environment), access);
}

import type { StoredCrashes } from '#antenna/stored-crashes';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { openCrashStore, storeLocation } from './crash-store.js';
import { withCrashLocations } from './location.js';

/** The options of {@link addStoreOptions}. */
export interface StoreOptions {
  readonly dataDir: string;
  readonly stored?: string;
}

/** Adds the options that name a store of crashes. */
export function addStoreOptions(command: Command, context: CliContext): Command {
  return command
    .option('--data-dir <path>', 'data directory of the services', context.dataDirectory)
    .option('--stored <location>', `store to use instead: ${storeLocation}`);
}

/**
 * Opens a store of crashes while the action runs.
 * @throws CliError, StoredCrashesError, BlobStoreError
 */
export async function withStoredCrashes<T>(
  { dataDir, stored, access = 'read' }: StoreOptions & { readonly access?: 'read' | 'write' },
  context: CliContext,
  action: (crashes: StoredCrashes) => Promise<T>,
): Promise<T> {
  if (stored !== undefined) return await action(await openCrashStore(stored, context, access));
  return await withCrashLocations(
    dataDir,
    context,
    async ({ crashes, name }) => {
      if (!crashes) throw new CliError(`no crash is stored yet: ${name} does not exist`);
      return await action(crashes);
    },
    access,
  );
}

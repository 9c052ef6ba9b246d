import { join } from 'node:path';
import type { BackendConfig } from '#antenna/backends';
import type { SymbolsConfig, SymbolStore } from '#antenna/symbols';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { dataDirectoryAt } from '../stored/data-directory.js';
import { configOf, usesDataDirectory } from '../stored/open-backend.js';

/** Which places with symbols a command uses. */
export interface PlaceOptions {
  readonly dataDir: string;
  readonly location?: string;
}

/** Where the processor looks for symbols, with the settings of the environment. */
export interface SymbolPlaces {
  readonly config: SymbolsConfig;
  readonly s3: BackendConfig;
}

/** @throws CliError when a setting is not valid or no place is configured */
export async function symbolPlaces(
  { dataDir, location }: PlaceOptions,
  context: CliContext,
): Promise<SymbolPlaces> {
  // Loaded here because they load the services' frameworks: other commands start faster.
  const { SymbolsConfig } = await import('#antenna/symbols');
  const { BackendConfig } = await import('#antenna/backends');
  const config = await configOf(SymbolsConfig, context.environment);
  const s3 = await configOf(BackendConfig, context.environment);
  if (location !== undefined) config.locations = [location];
  else if (config.locations.length === 0)
    config.locations = await ofDataDirectory(dataDir, context);
  return { config, s3 };
}

/**
 * Opens the given place, or the first one to which symbols can be added, while the action runs.
 * @throws CliError
 */
export async function withSymbolStore(
  { config, s3 }: SymbolPlaces,
  action: (store: SymbolStore) => Promise<void>,
): Promise<void> {
  const { openStore, SymbolsError } = await import('#antenna/symbols');
  const [first = ''] = config.locations;
  const writable = config.locations.find((location) => !/^https?:/i.test(location)) ?? first;
  let store: SymbolStore | undefined;
  try {
    store = await openStore(writable, s3);
    await action(store);
  } catch (error) {
    if (!(error instanceof SymbolsError)) throw error;
    const where = store ? `${store.location}: ` : '';
    throw new CliError(`${where}${error.message}`, 1, { cause: error });
  } finally {
    store?.close();
  }
}

async function ofDataDirectory(path: string, context: CliContext): Promise<readonly string[]> {
  if (!usesDataDirectory(context))
    throw new CliError('no place with symbols: name one with --location or in SYMBOLS');
  const { root } = await dataDirectoryAt(path);
  return [join(root, 'symbols')];
}

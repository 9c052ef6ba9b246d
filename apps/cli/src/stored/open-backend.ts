import type { BackendConfig, CrashmoverBackend, CrashmoverBackendConfig } from '#antenna/backends';
import type { MessageQueue } from '#antenna/message-queue';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { dataDirectoryAt, isDirectory } from './data-directory.js';

/** The stores and queues of crashmover, for the commands of operators. */
export interface OperatorBackend extends CrashmoverBackend {
  readonly config: CrashmoverBackendConfig;
}

/**
 * Opens the stores and queues of crashmover's environment while the action runs. A mistyped path creates nothing.
 * @throws CliError
 */
export async function withBackend<T>(
  dataPath: string,
  { environment }: CliContext,
  action: (backend: OperatorBackend) => Promise<T>,
): Promise<T> {
  // Loaded here because it loads the services' frameworks: other commands start faster.
  const { CrashmoverBackendConfig, openCrashmoverBackend } = await import('#antenna/backends');
  const config = await configOf(CrashmoverBackendConfig, {
    ...environment,
    ANTENNA_DATA_DIR: dataPath,
  });
  if (config.backend === 'embedded') await assertCollectorData(dataPath);
  const backend = await openCrashmoverBackend(config);
  try {
    return await action({ ...backend, config });
  } finally {
    await backend.close();
  }
}

/**
 * Opens another queue while the action runs.
 * @throws CliError when the name is not valid
 */
export async function withNamedQueue<T>(
  { config }: { readonly config: BackendConfig },
  name: string,
  action: (queue: MessageQueue) => Promise<T>,
): Promise<T> {
  const { openQueue } = await import('#antenna/backends');
  const opened = await openQueue(config, name).catch((error: unknown) => {
    throw error instanceof RangeError ? new CliError(error.message, 1, { cause: error }) : error;
  });
  try {
    return await action(opened.queue);
  } finally {
    await opened.close();
  }
}

/** Whether the environment selects the backend in the data directory, which is the default. */
export function usesDataDirectory({ environment }: CliContext): boolean {
  return ['', 'embedded'].includes(environment['BACKEND'] ?? '');
}

/** Whether the environment says that the optional processor is there: only it needs this queue. */
export function usesProcessor({ environment }: CliContext): boolean {
  return (environment['PROCESSING_DEAD_LETTER_QUEUE'] ?? '') !== '';
}

/**
 * Reads a configuration from the environment, as the services do.
 * @throws CliError
 */
export async function configOf<Config extends object>(
  ConfigClass: new () => Config,
  environment: CliContext['environment'],
): Promise<Config> {
  const { loadConfig, ConfigError } = await import('#antenna/service');
  try {
    return loadConfig(ConfigClass, environment);
  } catch (error) {
    if (error instanceof ConfigError)
      throw new CliError(error.problems.join('; '), 1, { cause: error });
    throw error;
  }
}

/** Checks first, because opening creates the folders. */
async function assertCollectorData(dataPath: string): Promise<void> {
  const { root, crashes, staging, queues } = await dataDirectoryAt(dataPath);
  for (const folder of [crashes, staging, queues]) {
    if (!(await isDirectory(folder)))
      throw new CliError(`no collector has used ${root} yet: ${folder} does not exist`);
  }
}

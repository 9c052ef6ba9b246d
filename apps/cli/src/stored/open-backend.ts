import type { CrashmoverBackend, CrashmoverBackendConfig } from '#antenna/backends';
import type { MessageQueue } from '#antenna/message-queue';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { dataDirectoryAt, isDirectory } from './data-directory.js';

/** What an operator's command works on: the stores and queues of crashmover. */
export interface OperatorBackend extends CrashmoverBackend {
  readonly config: CrashmoverBackendConfig;
}

/**
 * Opens what crashmover's environment names, for as long as the action runs. Nothing is created by a mistyped path.
 * @throws CliError
 */
export async function withBackend<T>(
  dataPath: string,
  { environment }: CliContext,
  action: (backend: OperatorBackend) => Promise<T>,
): Promise<T> {
  // Loaded here, because the services' frameworks come with it: other commands start at once.
  const { CrashmoverBackendConfig, openCrashmoverBackend } = await import('#antenna/backends');
  const { loadConfig, ConfigError } = await import('#antenna/service');
  let config: CrashmoverBackendConfig;
  try {
    config = loadConfig(CrashmoverBackendConfig, { ...environment, ANTENNA_DATA_DIR: dataPath });
  } catch (error) {
    if (error instanceof ConfigError)
      throw new CliError(error.problems.join('; '), 1, { cause: error });
    throw error;
  }
  if (config.backend === 'embedded') await assertCollectorData(dataPath);
  const backend = await openCrashmoverBackend(config);
  try {
    return await action({ ...backend, config });
  } finally {
    await backend.close();
  }
}

/**
 * Opens one more queue for as long as the action runs.
 * @throws CliError when the name cannot be one
 */
export async function withNamedQueue<T>(
  { config }: OperatorBackend,
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

/** Opening creates the folders, all three together. */
async function assertCollectorData(dataPath: string): Promise<void> {
  const { root, crashes, staging, queues } = await dataDirectoryAt(dataPath);
  for (const folder of [crashes, staging, queues]) {
    if (!(await isDirectory(folder)))
      throw new CliError(`no collector has worked in ${root} yet: there is no ${folder}`);
  }
}

/** Opens where crashes are read from, and the queue that names them. */
import type { MessageQueue } from '#antenna/message-queue';
import type { StoredCrashes } from '#antenna/stored-crashes';
import type { CliContext } from '../cli-context.js';
import { openCrashStore } from '../stored/crash-store.js';
import { configOf, usesDataDirectory, withNamedQueue } from '../stored/open-backend.js';
import { withQueue } from '../stored/open-queues.js';

export interface SourceOptions {
  readonly stored?: string;
  readonly dataDir: string;
}

/** The crash store of the environment, unless another one is given. */
export async function openSource(
  { stored, dataDir }: SourceOptions,
  context: CliContext,
): Promise<StoredCrashes> {
  if (stored !== undefined || usesDataDirectory(context))
    return await openCrashStore(stored ?? dataDir, context);
  const { CrashmoverBackendConfig } = await import('#antenna/backends');
  const { crashBucket, crashPrefix } = await configOf(CrashmoverBackendConfig, context.environment);
  return await openCrashStore(`s3://${crashBucket}/${crashPrefix}`, context);
}

/**
 * @param queue the URL of an SQS queue, or the name of a queue of the environment's backend
 * @throws CliError when there is no such queue
 */
export async function withSourceQueue<T>(
  queue: string,
  { dataDir }: SourceOptions,
  context: CliContext,
  action: (queue: MessageQueue) => Promise<T>,
): Promise<T> {
  const isUrl = URL.canParse(queue);
  if (!isUrl && usesDataDirectory(context)) return await withQueue(dataDir, queue, action);
  const { BackendConfig } = await import('#antenna/backends');
  const environment = { ...context.environment, ...(isUrl && { BACKEND: 'aws' }) };
  const config = await configOf(BackendConfig, environment);
  return await withNamedQueue({ config }, queue, async (opened) => {
    await opened.check();
    return await action(opened);
  });
}

import type { MessageQueue } from '#antenna/message-queue';
import type { CliContext } from '../cli-context.js';
import { configOf, usesDataDirectory, withNamedQueue } from '../stored/open-backend.js';
import { withQueue } from '../stored/open-queues.js';

/**
 * Opens the queue that names the crashes while the action runs.
 * @param queue the URL of an SQS queue, or the name of a queue of the environment's backend
 * @throws CliError when there is no such queue
 */
export async function withSourceQueue<T>(
  queue: string,
  { dataDir }: { readonly dataDir: string },
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

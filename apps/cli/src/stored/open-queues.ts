import { readdir } from 'node:fs/promises';
import {
  type EmbeddedQueue,
  type EmbeddedQueues,
  openEmbeddedQueues,
} from '#antenna/message-queue';
import { CliError } from '../cli-error.js';
import { dataDirectoryAt, isDirectory } from './data-directory.js';

/**
 * Opens the queues of a data directory while the action runs. The services can run at the same time.
 * @throws CliError when there are none: opening would create them
 */
export async function withQueues<T>(
  dataPath: string,
  action: (queues: EmbeddedQueues) => Promise<T>,
): Promise<T> {
  const { queues: directory } = await dataDirectoryAt(dataPath);
  if (!(await isDirectory(directory)) || (await readdir(directory)).length === 0)
    throw new CliError(`no queues in ${directory}`);
  const queues = await openEmbeddedQueues({ directory });
  try {
    return await action(queues);
  } finally {
    await queues.close();
  }
}

/** @throws CliError when no queue has this name */
export function withQueue<T>(
  dataPath: string,
  name: string,
  action: (queue: EmbeddedQueue) => Promise<T>,
): Promise<T> {
  return withQueues(dataPath, async (queues) => {
    const names = await queues.names();
    if (!names.includes(name)) {
      const known =
        names.length === 0 ? 'there are no queues yet' : `the queues are: ${names.join(', ')}`;
      throw new CliError(`no queue "${name}" (a queue exists after its first message); ${known}`);
    }
    return action(queues.queue(name));
  });
}

import type { MessageQueue } from '#antenna/message-queue';
import type { CliContext } from '../cli-context.js';
import {
  configOf,
  type OperatorBackend,
  withBackend,
  withNamedQueue,
} from '../stored/open-backend.js';

/** The queues whose messages can be dead-lettered: by crashmover, and by the processor. */
export const deadLetterSources = ['intake', 'processing'] as const;
export type DeadLetterSource = (typeof deadLetterSources)[number];

export interface DeadLetterQueues {
  readonly source: DeadLetterSource;
  readonly deadLetters: MessageQueue;
  /** Where a redrive sends them. */
  readonly target: MessageQueue;
  readonly backend: Pick<OperatorBackend, 'staging' | 'crashes'>;
}

/** @throws CliError */
export async function withDeadLetters<T>(
  { dataDir, queue: source }: { readonly dataDir: string; readonly queue: DeadLetterSource },
  context: CliContext,
  action: (queues: DeadLetterQueues) => Promise<T>,
): Promise<T> {
  return await withBackend(dataDir, context, async (backend) => {
    if (source === 'intake') {
      const { deadLetters, intake: target } = backend;
      return await action({ source, deadLetters, target, backend });
    }
    return await withProcessingDeadLetters(backend, context, async (deadLetters) => {
      const { processing: target } = backend;
      return await action({ source, deadLetters, target, backend });
    });
  });
}

/** Opens the dead-letter queue of the processor, which other services do not know. */
export async function withProcessingDeadLetters<T>(
  backend: OperatorBackend,
  { environment }: CliContext,
  action: (queue: MessageQueue) => Promise<T>,
): Promise<T> {
  const { processingDeadLetterQueue, ProcessorBackendConfig } = await import('#antenna/backends');
  const isEmbedded = backend.config.backend === 'embedded';
  const config = isEmbedded ? undefined : await configOf(ProcessorBackendConfig, environment);
  const name = config?.processingDeadLetterQueue ?? processingDeadLetterQueue;
  return await withNamedQueue(backend, name, action);
}

import type { CliContext } from '../cli-context.js';
import { Pace } from '../pace.js';
import { progressBar } from '../progress-bar.js';
import { sendCrashIds, type SendProgress } from '../republish/send-crash-ids.js';
import { withBackend } from '../stored/open-backend.js';

/**
 * Detects a mistyped queue and missing rights before a long verification.
 * @throws MessageQueueError, CliError
 */
export async function assertCanPublish(dataDir: string, context: CliContext): Promise<void> {
  await withBackend(dataDir, context, async ({ processing }) => await processing.check());
}

/** Puts crash ids on the processing queue. */
export async function publishMissing(
  crashIds: readonly string[],
  { dataDir, rate }: { readonly dataDir: string; readonly rate: number },
  context: CliContext,
): Promise<SendProgress & { readonly queue: string }> {
  return await withBackend(dataDir, context, async ({ processing }) => {
    const bar = progressBar(context.stderr, crashIds.length);
    const pace = new Pace(rate, context.interrupted);
    const onSent = (count: number): void => bar.advance(count);
    const progress = await sendCrashIds(processing, crashIds, { pace, onSent }).finally(() =>
      bar.stop(),
    );
    return { ...progress, queue: processing.name };
  });
}

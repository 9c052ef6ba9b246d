import { processedCrashKey } from '#antenna/crash-report';
import type { MessageQueue } from '#antenna/message-queue';

import { type Check, CheckFailure, CheckSkip, skippedCheck } from './check.js';
import type { Deployment, QueueUse } from './deployment.js';
import { searchQueue } from './processing-queue.js';
import type { TestRun } from './test-run.js';

/** Minimum time for the search, also when reports were stored just before the deadline. */
const minSearchMs = 3_000;
/** A search hides messages for a moment: limits it even where that is allowed. */
const maxOthers = 1_000;

/** The id of every accepted report must be on the processing queue, or its crash be processed. */
export function publishedCheck(
  { processing, crashes }: Deployment,
  run: TestRun,
  found: 'delete' | 'leave',
): Check {
  const name = 'published';
  if (!processing) {
    return skippedCheck(
      name,
      'published ids are not available: give --queue, --data-dir or --logs',
    );
  }
  return { name, run: async () => expectPublished({ ...processing, crashes }, run, found) };
}

async function expectPublished(
  { queue, use, crashes }: { queue: MessageQueue; use: QueueUse; crashes: Deployment['crashes'] },
  run: TestRun,
  fate: 'delete' | 'leave',
): Promise<undefined> {
  const wanted = new Set(
    run.acknowledged.filter(({ verdict }) => verdict === 'accept').map(({ crashId }) => crashId),
  );
  if (wanted.size === 0) throw new CheckSkip('no report was accepted');
  if (use === 'idle') await assertIdle(queue, wanted.size);
  const ms = Math.ceil(Math.max(run.deadline - run.clock(), minSearchMs));
  const { found, stopped } = await searchQueue(queue, {
    wanted,
    maxOthers: use === 'idle' ? 0 : maxOthers,
    found: fate,
    isProcessed: async (id) =>
      crashes !== undefined && (await crashes.size(processedCrashKey(id))) !== undefined,
    signal: AbortSignal.any([run.interrupted, AbortSignal.timeout(ms)]),
  });
  const missing = [...wanted].filter((id) => !found.has(id));
  if (missing.length === 0) return undefined;
  if (stopped !== undefined) {
    throw new CheckSkip(
      `${found.size} of ${wanted.size} ids were found before the search of ${queue.name} stopped: ${stopped}; ` +
        `${use === 'idle' ? '--busy-queue continues the search, ' : ''}--logs needs no search`,
    );
  }
  throw new CheckFailure(
    `not published to ${queue.name}, or taken by another reader: ${missing.join(', ')}`,
  );
}

/** @throws CheckSkip when the queue is in use: a search would disturb its users. */
async function assertIdle(queue: MessageQueue, ours: number): Promise<void> {
  const { visible, inFlight } = await queue.depth();
  if (visible > ours || inFlight > 0) {
    throw new CheckSkip(
      `${queue.name} is in use (${visible} messages visible, ${inFlight} in flight) and was not searched: ` +
        '--busy-queue searches it anyway, --logs needs no queue',
    );
  }
}

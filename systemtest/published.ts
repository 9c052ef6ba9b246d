import type { MessageQueue } from '#antenna/message-queue';

import { type Check, CheckFailure, CheckSkip, skippedCheck } from './check.js';
import type { Deployment, QueueUse } from './deployment.js';
import { searchQueue } from './processing-queue.js';
import type { TestRun } from './test-run.js';

/** When reports were stored just before the deadline, their ids still get this long. */
const leastMs = 3_000;
/** A search hides what it looks at for a moment: even where that is allowed, it has an end. */
const mostOthers = 1_000;

/** The id of every accepted report must be on the processing queue. */
export function publishedCheck(
  { processing }: Deployment,
  run: TestRun,
  found: 'delete' | 'leave',
): Check {
  const name = 'published';
  if (!processing)
    return skippedCheck(name, 'published ids cannot be seen: --queue, --data-dir, or --logs');
  return { name, run: async () => expectPublished(processing, run, found) };
}

async function expectPublished(
  { queue, use }: { queue: MessageQueue; use: QueueUse },
  run: TestRun,
  fate: 'delete' | 'leave',
): Promise<undefined> {
  const wanted = new Set(
    run.acknowledged.filter(({ verdict }) => verdict === 'accept').map(({ crashId }) => crashId),
  );
  if (wanted.size === 0) throw new CheckSkip('no report was accepted');
  if (use === 'idle') await assertIdle(queue, wanted.size);
  const ms = Math.ceil(Math.max(run.deadline - run.clock(), leastMs));
  const { found, stopped } = await searchQueue(queue, {
    wanted,
    mostOthers: use === 'idle' ? 0 : mostOthers,
    found: fate,
    signal: AbortSignal.any([run.interrupted, AbortSignal.timeout(ms)]),
  });
  const missing = [...wanted].filter((id) => !found.has(id));
  if (missing.length === 0) return undefined;
  if (stopped !== undefined) {
    throw new CheckSkip(
      `${found.size} of ${wanted.size} ids were found before the search of ${queue.name} was given up: ${stopped}; ` +
        `${use === 'idle' ? '--busy-queue searches all the same, ' : ''}--logs needs no search`,
    );
  }
  throw new CheckFailure(
    `not published to ${queue.name}, or taken by another reader: ${missing.join(', ')}`,
  );
}

/** @throws CheckSkip when somebody works with this queue: looking into it would disturb them. */
async function assertIdle(queue: MessageQueue, ours: number): Promise<void> {
  const { visible, inFlight } = await queue.depth();
  if (visible > ours || inFlight > 0) {
    throw new CheckSkip(
      `${queue.name} is in use (${visible} messages visible, ${inFlight} in flight) and was not looked into: ` +
        '--busy-queue does it all the same, --logs needs no queue',
    );
  }
}

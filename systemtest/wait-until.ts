import { setTimeout as sleep } from 'node:timers/promises';

import type { TestRun } from './test-run.js';

const pollEveryMs = 250;

/**
 * Polls until there is an answer; at least once, even after the deadline of the run.
 * @returns undefined after the deadline
 */
export async function waitUntil<T>(
  run: TestRun,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || run.interrupted.aborted || run.clock() >= run.deadline)
      return answer;
    await sleep(pollEveryMs);
  }
}

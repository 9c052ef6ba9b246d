import { setTimeout as sleep } from 'node:timers/promises';

import { type MessageQueue, MessageQueueError, type ReceivedMessage } from '#antenna/message-queue';

export interface SearchOptions {
  readonly wanted: ReadonlySet<string>;
  /** More messages than these, of others, and the search is given up: it would hide them all for a moment. */
  readonly mostOthers: number;
  /** Whether those that are found are removed from the queue. */
  readonly found: 'delete' | 'leave';
  /** Ends the search. */
  readonly signal: AbortSignal;
  /** The pause after a round that met others' messages; 5 seconds unless given. */
  readonly betweenRoundsMs?: number;
}

export interface SearchResult {
  readonly found: ReadonlySet<string>;
  /** Why the search ended before the time was over. */
  readonly stopped?: string;
}

/** Should this process be killed during a search, the messages that it holds are back after this time. */
const visibilityTimeoutMs = 15_000;
const waitMs = 1_000;
/** A queue counts how often each message was received, and may dead-letter it: others' are touched this often. */
const mostRounds = 3;
const defaultBetweenRoundsMs = 5_000;

/**
 * Looks for ids of ours on a queue that may hold messages of others. A queue cannot be searched without receiving:
 * what is received and not ours is shown again as soon as the queue has no more to give.
 */
export async function searchQueue(
  queue: MessageQueue,
  options: SearchOptions,
): Promise<SearchResult> {
  const found = new Set<string>();
  for (let roundsWithOthers = 0; ;) {
    const others = await searchOnce(queue, options, found);
    if (isWhole(options.wanted, found) || options.signal.aborted) return { found };
    if (others > options.mostOthers)
      return { found, stopped: `it holds messages of others (${others} seen)` };
    roundsWithOthers += others > 0 ? 1 : 0;
    if (roundsWithOthers === mostRounds)
      return { found, stopped: `others' messages were received ${mostRounds} times` };
    if (others > 0) await pause(options);
  }
}

/** Returns how many messages of others were seen. */
async function searchOnce(
  queue: MessageQueue,
  { wanted, mostOthers, found: fate, signal }: SearchOptions,
  found: Set<string>,
): Promise<number> {
  const toShowAgain: ReceivedMessage[] = [];
  let others = 0;
  try {
    for (;;) {
      const messages = await queue.receive({ max: 10, waitMs, visibilityTimeoutMs, signal });
      for (const message of messages) {
        const ours = wanted.has(message.body);
        if (ours) found.add(message.body);
        else others += 1;
        if (ours && fate === 'delete') await queue.delete(message.receipt);
        else toShowAgain.push(message);
      }
      if (messages.length === 0 || isWhole(wanted, found) || others > mostOthers) return others;
    }
  } finally {
    for (const { receipt } of toShowAgain) await showAgain(queue, receipt);
  }
}

function isWhole(wanted: ReadonlySet<string>, found: ReadonlySet<string>): boolean {
  return [...wanted].every((id) => found.has(id));
}

async function showAgain(queue: MessageQueue, receipt: string): Promise<void> {
  try {
    await queue.changeVisibility(receipt, 0);
  } catch (error) {
    // Its time ran out meanwhile: it is visible already.
    if (!(error instanceof MessageQueueError && error.code === 'receipt_expired')) throw error;
  }
}

async function pause({
  signal,
  betweenRoundsMs = defaultBetweenRoundsMs,
}: SearchOptions): Promise<void> {
  try {
    await sleep(betweenRoundsMs, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

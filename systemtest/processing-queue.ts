import { makeVisible, type MessageQueue, type ReceivedMessage } from '#antenna/message-queue';
import { pause } from '#antenna/time';

export interface SearchOptions {
  readonly wanted: ReadonlySet<string>;
  /** The search stops after more other messages than this, because it hides them for a moment. */
  readonly maxOthers: number;
  /** Whether found messages are deleted from the queue. */
  readonly found: 'delete' | 'leave';
  /** Ends the search. */
  readonly signal: AbortSignal;
  /** Pause after a round that received other messages. */
  readonly betweenRoundsMs?: number;
  /** Whether a message was taken before, by a processor that has done its work. */
  readonly isProcessed?: (crashId: string) => Promise<boolean>;
}

export interface SearchResult {
  readonly found: ReadonlySet<string>;
  /** Why the search stopped before the deadline. */
  readonly stopped?: string;
}

/** When this process is killed during a search, the messages that it holds become visible after this time. */
const visibilityTimeoutMs = 15_000;
const waitMs = 1_000;
/** A queue counts how often each message was received, and may dead-letter it: limits this for other messages. */
const maxRounds = 3;
const defaultBetweenRoundsMs = 5_000;

/**
 * Searches for ids of this run on a queue that can have other messages. A queue cannot be searched without receiving:
 * other messages are made visible again as soon as the queue has no more.
 */
export async function searchQueue(
  queue: MessageQueue,
  options: SearchOptions,
): Promise<SearchResult> {
  const found = new Set<string>();
  for (let roundsWithOthers = 0; ;) {
    const others = await searchOnce(queue, options, found);
    for (const id of options.wanted)
      if (!found.has(id) && (await options.isProcessed?.(id)) === true) found.add(id);
    if (isComplete(options.wanted, found) || options.signal.aborted) return { found };
    if (others > options.maxOthers)
      return { found, stopped: `it has other messages (${others} seen)` };
    roundsWithOthers += others > 0 ? 1 : 0;
    if (roundsWithOthers === maxRounds)
      return { found, stopped: `other messages were received ${maxRounds} times` };
    if (others > 0) await pause(options.betweenRoundsMs ?? defaultBetweenRoundsMs, options.signal);
  }
}

/** Returns how many other messages were seen. */
async function searchOnce(
  queue: MessageQueue,
  { wanted, maxOthers, found: fate, signal }: SearchOptions,
  found: Set<string>,
): Promise<number> {
  const toMakeVisible: ReceivedMessage[] = [];
  let others = 0;
  try {
    for (;;) {
      const messages = await queue.receive({ max: 10, waitMs, visibilityTimeoutMs, signal });
      for (const message of messages) {
        const ours = wanted.has(message.body);
        if (ours) found.add(message.body);
        else others += 1;
        if (ours && fate === 'delete') await queue.delete(message.receipt);
        else toMakeVisible.push(message);
      }
      if (messages.length === 0 || isComplete(wanted, found) || others > maxOthers) return others;
    }
  } finally {
    for (const { receipt } of toMakeVisible) await makeVisible(queue, receipt);
  }
}

function isComplete(wanted: ReadonlySet<string>, found: ReadonlySet<string>): boolean {
  return [...wanted].every((id) => found.has(id));
}

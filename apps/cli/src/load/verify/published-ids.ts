import { crashIdVerdict } from '#antenna/crash-report';
import {
  type EmbeddedQueue,
  makeVisible,
  maxBatch,
  type MessageQueue,
  type ReceivedMessage,
} from '#antenna/message-queue';
import { count } from '../../counts.js';
import type { Findings } from './findings.js';
import { type Patience, settle } from './settle.js';

/** How often each crash id of a run was published. */
export class PublishedIds {
  readonly counts = new Map<string, number>();
  /** Those that a processor has taken off the queue and done its work for. */
  readonly processed = new Set<string>();
  private readonly wanted: number;

  /** @param acknowledged those of deferred reports must not be published */
  constructor(private readonly acknowledged: ReadonlySet<string>) {
    let wanted = 0;
    for (const crashId of acknowledged) wanted += crashIdVerdict(crashId) === 'accept' ? 1 : 0;
    this.wanted = wanted;
  }

  get found(): number {
    return this.counts.size;
  }

  get missing(): number {
    return this.wanted - this.counts.size;
  }

  /** Ids that must be published and were not found. */
  get unseen(): string[] {
    return [...this.acknowledged].filter(
      (crashId) => !this.counts.has(crashId) && crashIdVerdict(crashId) === 'accept',
    );
  }

  has(crashId: string): boolean {
    return this.acknowledged.has(crashId);
  }

  add(crashId: string): void {
    if (this.has(crashId)) count(this.counts, crashId);
  }

  addTo(findings: Findings): void {
    for (const crashId of this.acknowledged) {
      const times = this.counts.get(crashId) ?? 0;
      if (times === 0 && crashIdVerdict(crashId) === 'accept') findings.add('unpublished', crashId);
      if (times > 1) findings.add('publishedTwice', crashId, `${times} times`);
    }
  }
}

/**
 * Reads an embedded queue without receiving its messages.
 * @param isProcessed whether a processor has taken an id off the queue, and done its work
 */
export async function peekPublished(
  queue: EmbeddedQueue,
  published: PublishedIds,
  {
    isProcessed,
    ...patience
  }: Patience & {
    readonly isProcessed?: (crashId: string) => Promise<boolean>;
  },
): Promise<void> {
  const { processed } = published;
  await settle(async () => {
    const { visible, inFlight } = await queue.depth();
    published.counts.clear();
    // Others can be sent between the two calls.
    const messages = visible + inFlight === 0 ? [] : await queue.peek(visible + inFlight + 1000);
    for (const { body } of messages) published.add(body);
    for (const crashId of published.unseen) {
      if (!processed.has(crashId) && (await isProcessed?.(crashId)) === true)
        processed.add(crashId);
      if (processed.has(crashId)) published.add(crashId);
    }
    return published.missing;
  }, patience);
}

/** Messages that are put back stay hidden for this time if this process is killed. */
const visibilityTimeoutMs = 300_000;
const waitMs = 1_000;

/**
 * Reads a queue by receiving its messages: it has no other way. Foreign messages, and without `deleteFound` all, are made
 * visible again at the end.
 */
export async function receivePublished(
  queue: MessageQueue,
  published: PublishedIds,
  { deleteFound, ...patience }: Patience & { readonly deleteFound: boolean },
): Promise<void> {
  // A message can be delivered again, which is no second message.
  const seen = new Set<string>();
  const toMakeVisible = new Map<string, string>();
  const take = async ({ messageId, body, receipt }: ReceivedMessage): Promise<void> => {
    if (!seen.has(messageId)) published.add(body);
    seen.add(messageId);
    if (deleteFound && published.has(body)) await queue.delete(receipt);
    else toMakeVisible.set(messageId, receipt);
  };
  try {
    await settle(async () => {
      for (;;) {
        const { signal } = patience;
        const batch = { max: maxBatch, waitMs, visibilityTimeoutMs, signal };
        const messages = await queue.receive(batch);
        await Promise.all(messages.map(take));
        if (messages.length === 0) return published.missing;
      }
    }, patience);
  } finally {
    for (const receipt of toMakeVisible.values()) await makeVisible(queue, receipt);
  }
}

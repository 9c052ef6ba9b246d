import { createCrashId } from '#antenna/crash-report';
import { type EmbeddedQueues, openEmbeddedQueues } from '#antenna/message-queue';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Findings, findingText } from './findings.js';
import { peekPublished, PublishedIds, receivePublished } from './published-ids.js';

const now = new Date('2026-11-20T10:00:00Z');
const newId = (verdict: 'accept' | 'defer' = 'accept') => createCrashId({ now, verdict });
const patience = { settleMs: 50, signal: new AbortController().signal };

describe('published ids', () => {
  let directory: TemporaryDirectory;
  let queues: EmbeddedQueues;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    queues = await openEmbeddedQueues({ directory: directory.path });
  });

  afterEach(async () => {
    await queues.close();
    await directory.remove();
  });

  it.each([
    ['peeking', peekPublished],
    [
      'receiving',
      (queue, published) => receivePublished(queue, published, { ...patience, deleteFound: false }),
    ] as const satisfies [string, typeof peekPublished],
  ])('are those on the queue, by %s: missing and repeated ones are found', async (_, read) => {
    const [once, twice, never, other] = [newId(), newId(), newId(), newId()];
    const published = new PublishedIds(new Set([once, twice, never, newId('defer')]));
    const queue = queues.queue('processing');
    await queue.send([once, twice, other, twice].map((body) => ({ body })));
    await read(queue, published, patience);

    const findings = new Findings();
    published.addTo(findings);
    expect(published.found).toBe(2);
    expect(findings.all.map(findingText)).toEqual([
      `publishedTwice: 1 published more than once: ${twice}: 2 times`,
      `unpublished: 1 accepted but not published, or taken by another reader of the queue: ${never}`,
    ]);
    expect(await queue.depth()).toMatchObject({ visible: 4, inFlight: 0 });
  });

  it('are also those of processed crashes, which a processor took off the queue', async () => {
    const [processed, never] = [newId(), newId()];
    const published = new PublishedIds(new Set([processed, never]));
    const isProcessed = async (crashId: string): Promise<boolean> => crashId === processed;
    await peekPublished(queues.queue('processing'), published, { ...patience, isProcessed });

    const findings = new Findings();
    published.addTo(findings);
    expect([...published.processed]).toEqual([processed]);
    expect(findings.all.map(findingText)).toEqual([expect.stringContaining(never)]);
  });
});

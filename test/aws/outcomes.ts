import { type BlobStore, BlobStoreError } from '#antenna/blob-store';
import { dumpKey, dumpNamesKey, rawCrashKey } from '#antenna/crash-report';
import type { MessageQueue, ReceivedMessage } from '#antenna/message-queue';

import { type SentReport, sha256 } from '../faults/sender.js';

/** The crashes whose raw crash, which is written last, exists. */
export async function storedIds(crashes: BlobStore): Promise<Set<string>> {
  const rawCrashes = await Array.fromAsync(crashes.list('v1/raw_crash/'));
  return new Set(rawCrashes.map(({ key }) => key.slice(key.lastIndexOf('/') + 1)));
}

/** Whether all three kinds of object exist and the dump is the one that was sent. */
export async function isStoredCompletely(
  crashes: BlobStore,
  { crashId, marker, dumpSha256 }: SentReport & { crashId: string },
): Promise<boolean> {
  try {
    const rawCrash = JSON.parse((await crashes.get(rawCrashKey(crashId))).toString()) as {
      Marker?: unknown;
    };
    await crashes.get(dumpNamesKey(crashId));
    const dump = await crashes.get(dumpKey(crashId, 'upload_file_minidump'));
    return rawCrash.Marker === marker && sha256(dump) === dumpSha256;
  } catch (error) {
    if (error instanceof BlobStoreError && error.code === 'not_found') return false;
    throw error;
  }
}

export async function publishedIds(processing: MessageQueue): Promise<string[]> {
  return (await takeAll(processing)).map(({ body }) => body);
}

export interface DeadLetter {
  readonly crashId: string;
  readonly reason: string;
  readonly attempts: number;
}

export async function deadLettersOf(queue: MessageQueue): Promise<DeadLetter[]> {
  return (await takeAll(queue)).map(({ attributes }) => ({
    crashId: attributes['crash_id'] ?? '',
    reason: attributes['reason'] ?? '',
    attempts: Number(attributes['attempts']),
  }));
}

/** The 99th percentile of the time to an answer, in milliseconds. */
export function p99(reports: readonly SentReport[]): number {
  const times = reports
    .filter(({ answer }) => answer !== 'none')
    .map(({ tookMs }) => tookMs)
    .toSorted((a, b) => a - b);
  return Math.round(times[Math.floor(times.length * 0.99)] ?? 0);
}

async function takeAll(queue: MessageQueue): Promise<ReceivedMessage[]> {
  const all: ReceivedMessage[] = [];
  for (;;) {
    const messages = await queue.receive({ max: 10, waitMs: 0, visibilityTimeoutMs: 600_000 });
    if (messages.length === 0) return all;
    all.push(...messages);
  }
}

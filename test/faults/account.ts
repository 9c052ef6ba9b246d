import type { CollectorProcess } from '../collector-process.js';
import { type Senders, sha256 } from './sender.js';

/** Violations of the collector's guarantees; all empty when there are none. */
export interface Account {
  /** Acknowledged, but the id did not arrive on the processing queue. */
  readonly unpublished: string[];
  /** Acknowledged, but not stored as it was sent. */
  readonly damaged: string[];
  /** Rejected, but stored. */
  readonly storedThoughRejected: string[];
  /** Dead-lettered, and not stored. */
  readonly lostToDeadLetters: string[];
  /** Files that remain when nothing is in transit. */
  readonly leftovers: string[];
}

export const noViolations: Account = {
  unpublished: [],
  damaged: [],
  storedThoughRejected: [],
  lostToDeadLetters: [],
  leftovers: [],
};

/** Compares the answers to clients with what is stored and published. */
export async function accountOf(collector: CollectorProcess, senders: Senders): Promise<Account> {
  const published = new Set(await collector.publishedIds());
  const stored = new Map<string, string>();
  for (const crashId of await collector.storedCrashIds()) {
    const day = `20${crashId.slice(-6)}`;
    const rawCrash = await collector.stored('raw_crash', day, crashId);
    stored.set(crashId, JSON.parse(rawCrash.toString()).Marker);
  }
  const markers = new Set(stored.values());
  const damaged: string[] = [];
  for (const { crashId, marker, dumpSha256 } of senders.acknowledged) {
    const intact =
      stored.get(crashId) === marker &&
      sha256(await collector.stored('dump', crashId)) === dumpSha256 &&
      (await collector.stored('dump_names', crashId)).toString() === '["upload_file_minidump"]';
    if (!intact) damaged.push(crashId);
  }
  return {
    unpublished: senders.acknowledged
      .map(({ crashId }) => crashId)
      .filter((crashId) => !published.has(crashId)),
    damaged,
    storedThoughRejected: senders.refused
      .map(({ marker }) => marker)
      .filter((marker) => markers.has(marker)),
    lostToDeadLetters: (await collector.deadLetterIds()).filter((id) => !stored.has(id)),
    leftovers: await collector.inTransit(),
  };
}

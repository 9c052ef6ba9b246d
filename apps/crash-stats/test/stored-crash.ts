import {
  createCrashId,
  dumpKey,
  dumpNamesKey,
  processedCrashKey,
  rawCrashKey,
} from '#antenna/crash-report';
import { type ProcessedCrash, serializeProcessedCrash } from '#antenna/processed-crash';

import type { CrashStatsUnderTest } from './crash-stats-under-test.js';
import { processedCrash, walk } from './processed-crashes.js';

/** `secret` marks what a viewer must not see. */
export const annotations = {
  ProductName: 'Game',
  Version: '1.0',
  ReleaseChannel: 'beta',
  TotalPhysicalMemory: '17179869184',
  MozCrashReason: 'secret reason',
  URL: 'https://secret.example/',
};

export const newId = (verdict: 'accept' | 'defer' = 'accept') =>
  createCrashId({ verdict, now: new Date('2026-11-29T10:00:00Z') });

interface StoredContent {
  readonly id?: string;
  /** Annotations beside {@link annotations}, or the bytes of the raw crash. */
  readonly raw?: object | Buffer;
  readonly dumps?: Readonly<Record<string, Buffer>>;
  readonly processed?: ((crash: ProcessedCrash) => object) | Buffer | 'none';
}

/** Stores a crash as crashmover does, and what a processor made of it. */
export async function store(
  { crashes }: CrashStatsUnderTest,
  content: StoredContent = {},
): Promise<string> {
  const { id = newId(), raw = annotations, dumps = {}, processed = (crash) => crash } = content;
  const rawCrash = {
    ...annotations,
    uuid: id,
    submitted_timestamp: '2026-11-29T10:00:00.000000+00:00',
  };
  const bytes = Buffer.isBuffer(raw) ? raw : Buffer.from(JSON.stringify({ ...rawCrash, ...raw }));
  for (const [name, dump] of Object.entries(dumps)) await crashes.put(dumpKey(id, name), dump);
  await crashes.put(dumpNamesKey(id), Buffer.from(JSON.stringify(Object.keys(dumps))));
  await crashes.put(rawCrashKey(id), bytes);
  if (processed !== 'none') {
    const made = Buffer.isBuffer(processed)
      ? processed
      : serializeProcessedCrash(processed(processedCrash(id, rawCrash, walk)) as ProcessedCrash);
    await crashes.put(processedCrashKey(id), made);
  }
  return id;
}

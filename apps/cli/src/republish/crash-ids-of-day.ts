import type { BlobStore } from '#antenna/blob-store';
import { isCrashId } from '#antenna/crash-report';

/**
 * The crashes that are stored for a day, in the order of their ids. The raw crash is written last, so they are complete.
 * @param day `YYYYMMDD`
 */
export async function crashIdsOfDay(
  crashes: BlobStore,
  day: string,
  signal: AbortSignal,
): Promise<string[]> {
  // docs/architecture.md, "Stored layout".
  const prefix = `v1/raw_crash/${day}/`;
  const crashIds: string[] = [];
  for await (const { key } of crashes.list(prefix)) {
    const name = key.slice(prefix.length);
    if (isCrashId(name)) crashIds.push(name);
    if (signal.aborted) break;
  }
  return crashIds;
}

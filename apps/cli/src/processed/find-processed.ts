import type { CrashSearch, IndexedFacts } from '#antenna/crash-index';
import { indexedCrash } from '#antenna/crash-index';
import { isCrashId } from '#antenna/crash-report';
import { type ProcessedCrash, readProcessedCrash } from '#antenna/processed-crash';
import type { StoredCrashes } from '#antenna/stored-crashes';

/** Undefined when the crash is not processed, or by another processor. */
export async function findProcessed(
  { store }: StoredCrashes,
  crashId: string,
): Promise<ProcessedCrash | undefined> {
  return isCrashId(crashId) ? await readProcessedCrash(store, crashId) : undefined;
}

/** How a listing learns what processed crashes say: from the index, or one request for each. */
export function processedFacts(
  crashes: StoredCrashes,
  index: CrashSearch | undefined,
): (crashId: string) => Promise<IndexedFacts | undefined> {
  return async (crashId) => {
    if (index) return await index.find(crashId);
    const processed = await findProcessed(crashes, crashId);
    return processed && { ...indexedCrash(processed), crash_id: crashId };
  };
}

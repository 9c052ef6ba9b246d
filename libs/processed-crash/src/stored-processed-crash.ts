import { type BlobStore, BlobStoreError } from '#antenna/blob-store';
import { isCrashId, processedCrashKey } from '#antenna/crash-report';

import { type ProcessedCrash, processedCrashVersion } from './processed-crash.js';

/** JSON without white space. */
export function serializeProcessedCrash(processed: ProcessedCrash): Buffer {
  return Buffer.from(JSON.stringify(processed));
}

/**
 * Undefined if no processed crash is stored, or cannot be because the id is not valid, or it is one of another program or
 * version, which may have any form.
 * @throws BlobStoreError
 */
export async function readProcessedCrash(
  store: BlobStore,
  crashId: string,
): Promise<ProcessedCrash | undefined> {
  if (!isCrashId(crashId)) return undefined;
  try {
    return parsed(await store.get(processedCrashKey(crashId)));
  } catch (error) {
    if (error instanceof BlobStoreError && error.code === 'not_found') return undefined;
    throw error;
  }
}

function parsed(bytes: Buffer): ProcessedCrash | undefined {
  try {
    const found = JSON.parse(bytes.toString()) as ProcessedCrash | null;
    return found?.processed_crash_version === processedCrashVersion ? found : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

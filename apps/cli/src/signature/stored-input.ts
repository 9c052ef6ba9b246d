import {
  type ProcessedCrash,
  readProcessedCrash,
  signatureInputOf,
} from '#antenna/processed-crash';
import { isCrashId } from '#antenna/crash-report';
import type { SignatureInput } from '#antenna/signature';
import type { StoredCrashes } from '#antenna/stored-crashes';

/** A processed crash, and what its signature is made of. */
export interface StoredInput {
  readonly processed: ProcessedCrash;
  readonly input: SignatureInput;
}

/**
 * Undefined when the crash is not stored or not processed. Annotations come from the raw crash: processed crashes leave
 * those out that may hold personal data.
 */
export async function readStoredInput(
  crashes: StoredCrashes,
  crashId: string,
): Promise<StoredInput | undefined> {
  if (!isCrashId(crashId)) return undefined;
  const [rawCrash, processed] = await Promise.all([
    crashes.rawCrash(crashId),
    readProcessedCrash(crashes.store, crashId),
  ]);
  if (rawCrash === undefined || processed === undefined) return undefined;
  const { mdsw_status_string: status, json_dump, additional_minidumps: others } = processed;
  const input = signatureInputOf(rawCrash, { status, json_dump }, others);
  return { processed, input };
}

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
    const found: unknown = JSON.parse(bytes.toString());
    return isProcessedCrash(found) ? found : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const texts = ['uuid', 'signature', 'proto_signature', 'process_type', 'processor_notes'] as const;
const facts = [
  'product',
  'version',
  'release_channel',
  'build',
  'os_name',
  'os_version',
  'cpu_arch',
  'reason',
  'address',
  'submitted_timestamp',
] as const;

/** Looks only at what readers of this program would fail on. */
function isProcessedCrash(value: unknown): value is ProcessedCrash {
  const crash = value as Record<keyof ProcessedCrash, unknown>;
  return (
    isObject(value) &&
    crash.processed_crash_version === processedCrashVersion &&
    texts.every((name) => typeof crash[name] === 'string') &&
    facts.every((name) => crash[name] === null || typeof crash[name] === 'string') &&
    isObject(crash.annotations) &&
    isObject(crash.processor) &&
    areObjects(crash.signature_steps) &&
    Array.isArray(crash.additional_minidumps) &&
    (crash.json_dump === null || isWalk(crash.json_dump))
  );
}

function isWalk(value: unknown): boolean {
  return (
    isObject(value) &&
    isObject(value['crash_info']) &&
    isObject(value['system_info']) &&
    areObjects(value['modules']) &&
    areObjects(value['threads']) &&
    value['threads'].every(({ frames }) => areObjects(frames))
  );
}

function areObjects(value: unknown): value is readonly Record<string, unknown>[] {
  return Array.isArray(value) && value.every(isObject);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

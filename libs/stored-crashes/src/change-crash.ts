import { type BlobStore, BlobStoreError } from '#antenna/blob-store';
import {
  isCrashId,
  isJsonObject,
  JsonError,
  type JsonValue,
  parseJson,
  processedCrashKey,
} from '#antenna/crash-report';
import { type CrashLayout, possibleDumpKey } from './crash-layout.js';
import { getIfThere, maxDepth, member, stringsIn } from './stored-crash.js';

export interface EraseOptions {
  readonly versions: 'current' | 'all';
  /** Deleted `first` (default), no reader finds an incomplete crash; deleted `last`, listings have it until all is deleted. */
  readonly rawCrash?: 'first' | 'last';
  /** Called if there is something to delete, before it is; returns false to keep it. */
  readonly confirm?: () => Promise<boolean>;
}

/** Other writers of a raw crash are rare: a second delivery to crashmover, another run of a command. */
const maxTries = 5;
/** Nearly every crash has it, and its list of names may be gone. */
const minidumpName = 'upload_file_minidump';

/** Returns false when there is no object. */
export async function rewriteRawCrash(
  store: BlobStore,
  key: string,
  change: (bytes: Buffer) => Promise<Buffer | undefined>,
): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await store.rewrite(key, change);
      return true;
    } catch (error) {
      const code = error instanceof BlobStoreError ? error.code : undefined;
      if (code === 'not_found') return false;
      if (code !== 'conflict' || attempt === maxTries) throw error;
    }
  }
}

/** Returns whether anything of the crash was stored. */
export async function eraseCrash(
  store: BlobStore,
  layout: CrashLayout,
  crashId: string,
  { versions, rawCrash: order = 'first', confirm }: EraseOptions,
): Promise<boolean> {
  const [rawCrashKey, namesKey] = [layout.rawCrash(crashId), layout.dumpNames(crashId)];
  const [rawCrash, names] = [
    await getIfThere(store, rawCrashKey),
    await getIfThere(store, namesKey),
  ];
  const dumps = dumpNamesIn(rawCrash, names).flatMap(
    (name) => possibleDumpKey(layout, crashId, name) ?? [],
  );
  const processed = isCrashId(crashId) ? [processedCrashKey(crashId)] : [];
  const isStored =
    rawCrash !== undefined ||
    names !== undefined ||
    (await anyIsStored(store, [...dumps, ...processed]));
  // Versions of what is not stored any more are in no listing of objects.
  if (!isStored && versions === 'current') return false;
  if (confirm && !(await confirm())) return isStored;
  const remove = async (key: string): Promise<void> => await deleteObject(store, key, versions);
  if (order === 'first') await remove(rawCrashKey);
  await Promise.all([...dumps, ...processed].map(remove));
  await remove(namesKey);
  if (order === 'last') {
    await remove(rawCrashKey);
    // A processor may have written it while there was a raw crash.
    await Promise.all(processed.map(remove));
  }
  return isStored;
}

export async function deleteObject(
  store: BlobStore,
  key: string,
  versions: EraseOptions['versions'],
): Promise<void> {
  await (versions === 'all' ? store.deleteVersions(key, 'all') : store.delete(key));
}

async function anyIsStored(store: BlobStore, keys: readonly string[]): Promise<boolean> {
  for (const key of keys) if ((await store.size(key)) !== undefined) return true;
  return false;
}

/** From the list and the checksums, because either object may be missing or damaged. */
function dumpNamesIn(rawCrash: Buffer | undefined, names: Buffer | undefined): string[] {
  const listed = jsonIn(names);
  const metadata = member(jsonIn(rawCrash), 'metadata');
  const checksums = member(metadata, 'dump_checksums');
  return [
    ...new Set([
      minidumpName,
      ...(listed === undefined ? [] : stringsIn(listed)),
      ...(checksums !== undefined && isJsonObject(checksums) ? Object.keys(checksums) : []),
    ]),
  ];
}

function jsonIn(bytes: Buffer | undefined): JsonValue | undefined {
  try {
    return bytes === undefined ? undefined : parseJson(bytes.toString(), { maxDepth });
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}

import { createHash } from 'node:crypto';
import { type BlobStore, BlobStoreError } from '#antenna/blob-store';
import {
  isJsonObject,
  isMinidumpName,
  JsonError,
  type JsonValue,
  minidumpProblem,
  type MinidumpProblem,
  parseJson,
} from '#antenna/crash-report';
import { type CrashLayout, possibleDumpKey } from './crash-layout.js';
import { StoredCrashesError } from './stored-crashes-error.js';

/** More than the collector accepts, with room for its own fields. */
export const maxDepth = 1000;

/** A stored dump, checked against the raw crash. */
export interface CrashDump {
  readonly name: string;
  /** Empty for a name that no dump can have. */
  readonly key: string;
  readonly state: 'verified' | 'damaged' | 'unchecked' | 'missing';
  /** Bytes; absent when the dump is missing. */
  readonly size?: number;
  /** The checksum in the raw crash; absent when it has none, and the dump is then unchecked. */
  readonly checksum?: { readonly algorithm: 'md5' | 'sha256'; readonly hex: string };
  /** Why a dump with the name of a minidump is none; absent for all others. */
  readonly problem?: MinidumpProblem;
}

/** One crash in a store; dumps are read one by one because they are large. */
export class StoredCrash {
  private constructor(
    readonly crashId: string,
    readonly rawCrash: JsonValue,
    /** Undefined when the list of dump names is missing. */
    readonly listedDumpNames: readonly string[] | undefined,
    private readonly store: BlobStore,
    private readonly layout: CrashLayout,
  ) {}

  /**
   * Undefined when the store has no such crash.
   * @throws StoredCrashesError when a stored object is not JSON
   */
  static async read(
    store: BlobStore,
    layout: CrashLayout,
    crashId: string,
  ): Promise<StoredCrash | undefined> {
    const rawCrash = await readRawCrash(store, layout, crashId);
    if (rawCrash === undefined) return undefined;
    const namesKey = layout.dumpNames(crashId);
    const names = await getIfThere(store, namesKey);
    return new StoredCrash(
      crashId,
      rawCrash,
      names === undefined ? undefined : stringsIn(parseStored(namesKey, names)),
      store,
      layout,
    );
  }

  /** Empty also when the list is missing. */
  get dumpNames(): readonly string[] {
    return this.listedDumpNames ?? [];
  }

  /** Bytes of a dump, without reading it; undefined if it is not stored. */
  async dumpSize(name: string): Promise<number | undefined> {
    const key = possibleDumpKey(this.layout, this.crashId, name);
    return key === undefined ? undefined : await this.store.size(key);
  }

  /** The bytes of a dump and whether they match the raw crash. */
  async readDump(name: string): Promise<{ dump: CrashDump; bytes: Buffer | undefined }> {
    const key = possibleDumpKey(this.layout, this.crashId, name);
    const bytes = key === undefined ? undefined : await getIfThere(this.store, key);
    if (key === undefined || bytes === undefined)
      return { dump: { name, key: key ?? '', state: 'missing' }, bytes };
    const problem = isMinidumpName(name) ? minidumpProblem(bytes) : undefined;
    const found = { name, key, size: bytes.length, ...(problem !== undefined && { problem }) };
    const hex = this.checksumOf(name);
    if (hex === undefined) return { dump: { ...found, state: 'unchecked' }, bytes };
    // The collector is configured for one of them; the raw crash does not say which.
    const algorithm = hex.length === 64 ? 'sha256' : 'md5';
    const matches = createHash(algorithm).update(bytes).digest('hex') === hex;
    const state = matches ? 'verified' : 'damaged';
    return { dump: { ...found, state, checksum: { algorithm, hex } }, bytes };
  }

  private checksumOf(name: string): string | undefined {
    const checksum = member(member(member(this.rawCrash, 'metadata'), 'dump_checksums'), name);
    return typeof checksum === 'string' ? checksum : undefined;
  }
}

/** Undefined when the crash is not stored. */
export async function readRawCrash(
  store: BlobStore,
  layout: CrashLayout,
  crashId: string,
): Promise<JsonValue | undefined> {
  const key = layout.rawCrash(crashId);
  const bytes = await getIfThere(store, key);
  return bytes === undefined ? undefined : parseStored(key, bytes);
}

function parseStored(key: string, bytes: Buffer): JsonValue {
  try {
    return parseJson(bytes.toString(), { maxDepth });
  } catch (error) {
    if (error instanceof JsonError) {
      throw new StoredCrashesError('damaged', `object ${key} is damaged: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
}

export async function getIfThere(store: BlobStore, key: string): Promise<Buffer | undefined> {
  try {
    return await store.get(key);
  } catch (error) {
    if (error instanceof BlobStoreError && error.code === 'not_found') return undefined;
    throw error;
  }
}

export function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return value !== undefined && isJsonObject(value) && Object.hasOwn(value, name)
    ? value[name]
    : undefined;
}

export function stringsIn(value: JsonValue): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

import { createHash } from 'node:crypto';
import { type BlobStore, BlobStoreError } from '#antenna/blob-store';
import {
  dumpKey,
  dumpNamesKey,
  isJsonObject,
  isMinidumpName,
  JsonError,
  type JsonValue,
  minidumpProblem,
  type MinidumpProblem,
  parseJson,
  rawCrashKey,
} from '#antenna/crash-report';
import { CliError } from '../cli-error.js';

/** More than the collector accepts, with room for its own fields. */
const maxDepth = 1000;

/** A stored dump, checked against the raw crash. */
export interface StoredDump {
  readonly name: string;
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
    readonly dumpNames: readonly string[],
    private readonly store: BlobStore,
  ) {}

  /**
   * Undefined when the store has no such crash.
   * @throws CliError when a stored object is not JSON
   */
  static async find(store: BlobStore, crashId: string): Promise<StoredCrash | undefined> {
    const rawCrash = await getIfThere(store, rawCrashKey(crashId));
    if (rawCrash === undefined) return undefined;
    const names = await getIfThere(store, dumpNamesKey(crashId));
    return new StoredCrash(
      crashId,
      parseStored(rawCrashKey(crashId), rawCrash),
      names === undefined ? [] : stringsIn(parseStored(dumpNamesKey(crashId), names)),
      store,
    );
  }

  /** The bytes of a dump and whether they match the raw crash. */
  async readDump(name: string): Promise<{ dump: StoredDump; bytes: Buffer | undefined }> {
    const key = dumpKey(this.crashId, name);
    const bytes = await getIfThere(this.store, key);
    if (bytes === undefined) return { dump: { name, key, state: 'missing' }, bytes };
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

function parseStored(key: string, bytes: Buffer): JsonValue {
  try {
    return parseJson(bytes.toString(), { maxDepth });
  } catch (error) {
    if (error instanceof JsonError)
      throw new CliError(`object ${key} is damaged: ${error.message}`, 1, { cause: error });
    throw error;
  }
}

async function getIfThere(store: BlobStore, key: string): Promise<Buffer | undefined> {
  try {
    return await store.get(key);
  } catch (error) {
    if (error instanceof BlobStoreError && error.code === 'not_found') return undefined;
    throw error;
  }
}

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return value !== undefined && isJsonObject(value) && Object.hasOwn(value, name)
    ? value[name]
    : undefined;
}

function stringsIn(value: JsonValue): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** An object store for crash reports. One contract suite tests every adapter. */
export interface BlobStore {
  /** Whether one put of several files is cheaper than a put of each: not where a file is linked instead of copied. */
  readonly prefersBatches: boolean;

  /**
   * Stores the bytes under the key and replaces an existing object: a reader sees either the old or the new
   * bytes, never a mixture. The bytes are durable when the promise resolves.
   * @throws BlobStoreError
   */
  put(key: string, body: BlobBody): Promise<void>;

  /**
   * Reads the whole object into memory. Callers limit their concurrency by the sizes they expect.
   * @throws BlobStoreError with code `not_found` if no object has this key.
   */
  get(key: string): Promise<Buffer>;

  /** The bytes of the object, without reading it; undefined if no object has this key. */
  size(key: string): Promise<number | undefined>;

  /**
   * Replaces the object by what `change` makes of its bytes, unless another writer has replaced or deleted it meanwhile.
   * @param change returns undefined to leave the object as it is
   * @returns whether the object was replaced
   * @throws BlobStoreError with code `conflict` if another writer was faster, `not_found` if no object has this key
   */
  rewrite(
    key: string,
    change: (bytes: Buffer) => Buffer | undefined | Promise<Buffer | undefined>,
  ): Promise<boolean>;

  /**
   * Deletes versions that a bucket with versioning keeps of the object: those before the current one, or all and the
   * object itself. A store without versions has no older ones.
   */
  deleteVersions(key: string, which: 'older' | 'all'): Promise<void>;

  /** Deletes the object. Succeeds if there is none, because deletes are repeated. */
  delete(key: string): Promise<void>;

  /**
   * Yields the objects whose key begins with the prefix, in key order; reads them page by page.
   * @param options.after only keys that sort after this string, which need not be a key
   */
  list(prefix: string, options?: ListOptions): AsyncIterable<BlobInfo>;

  /** Checks that the store answers and can be used; rejects with the reason. For `/__heartbeat__`. */
  check(): Promise<void>;
}

export interface ListOptions {
  readonly after?: string | undefined;
}

/** What is stored: bytes in memory, a file, or the bytes of several files one after the other. */
export type BlobBody = Buffer | CheckedBytes | FileBody | readonly FileBody[];

/** Bytes whose checksum the caller has verified, so that it need not be computed again. */
export interface CheckedBytes {
  readonly bytes: Buffer;
  /** CRC-32 as eight lower-case hex digits. */
  readonly crc32: string;
}

/**
 * A finished file that must not change any more (the directory adapter may link it instead of copying it; S3 reads it
 * again for a retry).
 */
export interface FileBody {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

export interface BlobInfo {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly modifiedAt: Date;
}

export type BlobStoreErrorCode =
  | 'invalid_key'
  | 'not_found'
  | 'conflict'
  | 'access_denied'
  | 'no_space'
  | 'timeout'
  | 'unavailable';

const retryableCodes: ReadonlySet<BlobStoreErrorCode> = new Set([
  'conflict',
  'no_space',
  'timeout',
  'unavailable',
  'access_denied',
]);

/** Any failure of a blob store. `retryable`: the same call may succeed later. */
export class BlobStoreError extends Error {
  override readonly name = 'BlobStoreError';
  readonly retryable: boolean;

  constructor(
    readonly code: BlobStoreErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.retryable = retryableCodes.has(code);
  }
}

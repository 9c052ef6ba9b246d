/** What an object store must do for a crash report; one contract suite holds every adapter to it. */
export interface BlobStore {
  /**
   * Stores the bytes under the key, replacing what was there: a reader sees the old bytes or the new,
   * never a mixture. When the promise resolves the bytes are durable.
   * @throws BlobStoreError
   */
  put(key: string, body: BlobBody): Promise<void>;

  /**
   * The whole object in memory. Callers bound their own concurrency by the size they expect.
   * @throws BlobStoreError with code `not_found` when no object has this key.
   */
  get(key: string): Promise<Buffer>;

  /** Removes the object. An absent key is success: deletes are repeated after a crash. */
  delete(key: string): Promise<void>;

  /** Objects whose key begins with the prefix, in key order, read page by page. */
  list(prefix: string): AsyncIterable<BlobInfo>;

  /** Proves that the store answers and may be used; rejects with the reason. For `/__heartbeat__`. */
  check(): Promise<void>;
}

/**
 * What is stored: bytes in memory, or a finished file that nobody will write to again
 * (the directory adapter may link it instead of copying, S3 reopens it for a retry).
 */
export type BlobBody = Buffer | { readonly path: string; readonly size: number };

export interface BlobInfo {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly modifiedAt: Date;
}

export type BlobStoreErrorCode =
  | 'invalid_key'
  | 'not_found'
  | 'access_denied'
  | 'no_space'
  | 'timeout'
  | 'unavailable';

const retryableCodes: ReadonlySet<BlobStoreErrorCode> = new Set([
  'no_space',
  'timeout',
  'unavailable',
  'access_denied',
]);

/** Any failure of a blob store; `retryable` says whether the same call may succeed later. */
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

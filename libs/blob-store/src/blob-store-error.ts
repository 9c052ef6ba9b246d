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

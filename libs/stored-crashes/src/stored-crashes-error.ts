/** `invalid_location`: no store of crashes can be opened there; `damaged`: a stored object is not JSON. */
export type StoredCrashesErrorCode = 'invalid_location' | 'damaged';

/** A failure that is not the blob store's. The message is complete for a user. */
export class StoredCrashesError extends Error {
  override readonly name = 'StoredCrashesError';
  readonly retryable = false;

  constructor(
    readonly code: StoredCrashesErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

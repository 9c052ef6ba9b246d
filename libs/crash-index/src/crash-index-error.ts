/** `damaged`: not an index of this version, to be rebuilt; `unavailable`: the file cannot be read or written now. */
export type CrashIndexErrorCode = 'damaged' | 'unavailable';

/** A failure of the index. The message is complete for a user. */
export class CrashIndexError extends Error {
  override readonly name = 'CrashIndexError';
  readonly retryable: boolean;

  constructor(
    readonly code: CrashIndexErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.retryable = code === 'unavailable';
  }
}

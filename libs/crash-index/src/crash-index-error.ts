/**
 * `damaged`: not an index of this version, to be rebuilt; `unavailable`: it cannot be read or written now, or not in time;
 * `refused`: the query is wrong or asks for too much.
 */
export type CrashIndexErrorCode = 'damaged' | 'unavailable' | 'refused';

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

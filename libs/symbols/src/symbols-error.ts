/**
 * `invalid_location`: of a setting or an option; `cache`: the cache cannot be used. The others are about one file of a
 * source: `unreachable`, `timeout`: no answer; `denied`: a permission is missing; `refused`: a server answers this
 * request with 4xx, which says nothing about other files; `too_large`, `not_symbols`, `damaged`: what it has cannot be
 * used.
 */
export type SymbolsErrorCode = 'invalid_location' | 'cache' | SymbolFault;

type SymbolFault =
  | 'unreachable'
  | 'timeout'
  | 'denied'
  | 'refused'
  | 'too_large'
  | 'not_symbols'
  | 'damaged';

/** What cannot change until somebody replaces the file or a setting. */
const lasting: ReadonlySet<SymbolsErrorCode> = new Set([
  'invalid_location',
  'refused',
  'too_large',
  'not_symbols',
  'damaged',
]);

/** A failure with symbol files. The message is complete for a user and has no name of a module. */
export class SymbolsError extends Error {
  override readonly name = 'SymbolsError';
  readonly retryable: boolean;

  constructor(
    readonly code: SymbolsErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.retryable = !lasting.has(code);
  }
}

import { isNativeError } from 'node:util/types';

export type SpoolErrorCode = 'spool_full' | 'spool_failed';

/** The spool cannot make a report durable now; the client must keep it. */
export class SpoolError extends Error {
  override readonly name = 'SpoolError';

  constructor(
    readonly code: SpoolErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const fullCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/** Names what the file system said; disk full is told apart because it mends itself by shipping. */
export function spoolErrorFrom(action: string, cause: unknown): SpoolError {
  if (cause instanceof SpoolError) return cause;
  const code = isNativeError(cause) && 'code' in cause ? String(cause.code) : 'unknown';
  return new SpoolError(
    fullCodes.has(code) ? 'spool_full' : 'spool_failed',
    `cannot ${action}: ${code}`,
    { cause },
  );
}

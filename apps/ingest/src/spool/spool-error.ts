import { systemCode } from '#antenna/errors';

type SpoolErrorCode = 'spool_full' | 'spool_failed';

/** The spool cannot make a report durable now; the client must retry. */
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

/** Keeps the code of the file system. A full disk has its own code because shipping frees space again. */
export function spoolErrorFrom(action: string, cause: unknown): SpoolError {
  if (cause instanceof SpoolError) return cause;
  const code = systemCode(cause) ?? 'unknown';
  return new SpoolError(
    fullCodes.has(code) ? 'spool_full' : 'spool_failed',
    `cannot ${action}: ${code}`,
    { cause },
  );
}

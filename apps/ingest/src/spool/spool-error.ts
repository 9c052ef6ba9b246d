import { errorMessage, systemCode } from '#antenna/errors';
import { StartupError } from '#antenna/service';

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

/** Another process uses the spool directory. */
export class SpoolInUseError extends Error {
  override readonly name = 'SpoolInUseError';
}

/** The disk works and the directory is not one that ingest can use: the operator must change something. */
const settingCodes: ReadonlySet<string> = new Set([
  'EACCES',
  'EPERM',
  'ENOTDIR',
  'EISDIR',
  'EEXIST',
  'ENOENT',
  'ELOOP',
  'ENAMETOOLONG',
  'ERR_INVALID_ARG_VALUE',
]);

/** The error of a start with a wrong SPOOL_DIR, or undefined if the disk failed, which may pass. */
export function spoolStartupError(root: string, cause: unknown): StartupError | undefined {
  if (cause instanceof SpoolInUseError) {
    return new StartupError(
      `the spool directory ${root} is in use by another process, which ships its reports; stop that one, or name another directory`,
    );
  }
  const failure = cause instanceof SpoolError ? cause.cause : cause;
  if (!settingCodes.has(systemCode(failure) ?? '')) return undefined;
  return new StartupError(
    `cannot write to the spool directory ${root}: ${errorMessage(failure)}; set SPOOL_DIR to a writable directory`,
    { cause },
  );
}

import { errorChain, errorMessage, isError } from '#antenna/errors';
import { StartupError } from '#antenna/service';

/** Codes of the system, and that of our stores and queues. */
const fullCodes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'no_space']);

/**
 * The error of a start that cannot use its data directory.
 * @param file what could not be written, where the cause does not say it
 */
export function dataDirectoryError(directory: string, cause: unknown, file?: string): StartupError {
  const isFull = errorChain(cause).some(
    (error) => isError(error) && 'code' in error && fullCodes.has(error.code),
  );
  const fix = isFull
    ? 'free space on its disk, or set ANTENNA_DATA_DIR to a directory on another disk'
    : 'set ANTENNA_DATA_DIR to a writable one';
  const problem = `${file === undefined ? '' : `cannot write ${file}: `}${errorMessage(cause)}`;
  return new StartupError(`cannot use the data directory ${directory}: ${problem}; ${fix}`, {
    cause,
  });
}

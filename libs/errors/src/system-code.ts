import { isError } from './error-message.js';

/** The code of an error of Node.js, such as `ENOENT`, `ECONNRESET` or `ERR_SQLITE_ERROR`. */
export function systemCode(error: unknown): string | undefined {
  return isError(error) && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** Whether a system call failed because its file or directory does not exist (`ENOENT`). */
export function isMissing(error: unknown): boolean {
  return systemCode(error) === 'ENOENT';
}

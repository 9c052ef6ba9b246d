import { errorMessage, isError } from '#antenna/errors';
import { StartupError } from '../startup-error.js';

/**
 * What to tell the operator of an error that kept a program from starting; undefined when it is a fault of the
 * program. Theirs to put right are a {@link StartupError}, a refusal of the operating system (a directory that may
 * not be written), and the typed errors of our adapters, which all say whether they are `retryable`.
 */
export function startupProblem(error: unknown): string | undefined {
  if (!isError(error)) return undefined;
  if (error instanceof StartupError) return error.message;
  const fromSystem = 'syscall' in error && 'code' in error;
  return fromSystem || 'retryable' in error ? errorMessage(error) : undefined;
}

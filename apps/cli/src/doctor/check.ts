import { awsFailure, withDeadline } from '#antenna/aws-client';
import { errorMessage } from '#antenna/errors';

/** The result of a check. */
export interface Finding {
  /** `skipped`: the server does not have this, or nothing can be said before another problem is fixed. */
  readonly status: 'ok' | 'skipped' | 'warning' | 'error';
  readonly message: string;
  readonly fix?: string;
}

export interface Check {
  /** What is checked, and which side of it: `crashes.lifecycle`. */
  readonly name: string;
  readonly run: () => Promise<Finding>;
}

export interface NamedFinding extends Finding {
  readonly name: string;
}

export const ok = (message: string): Finding => ({ status: 'ok', message });
export const skipped = (message: string): Finding => ({ status: 'skipped', message });
export const warning = (message: string, fix: string): Finding => ({
  status: 'warning',
  message,
  fix,
});
export const failure = (message: string, fix: string): Finding => ({
  status: 'error',
  message,
  fix,
});

/** Runs all checks at the same time. One that fails or hangs does not affect the others. */
export async function runChecks(
  checks: readonly Check[],
  timeoutMs: number,
  interrupted: AbortSignal,
): Promise<readonly NamedFinding[]> {
  return await Promise.all(
    checks.map(async ({ name, run }) => {
      try {
        return { name, ...(await withDeadline(timeoutMs, run, [interrupted])) };
      } catch (error) {
        return { name, status: 'error' as const, message: `cannot be checked: ${reasonOf(error)}` };
      }
    }),
  );
}

function reasonOf(error: unknown): string {
  return typeof error === 'object' && error !== null && '$metadata' in error
    ? awsFailure(error).reason
    : errorMessage(error);
}

/** Repeats no call for checks that need the same answer. */
export function once<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= read());
}

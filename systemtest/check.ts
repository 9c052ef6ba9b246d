import { errorMessage } from '#antenna/errors';

/** One requirement of a deployment. */
export interface Check {
  /** The kind of check and its subject: `stored gzip`. */
  readonly name: string;
  /**
   * Resolves with a remark to show, or nothing.
   * @throws CheckSkip when the check is not possible; any other error describes the failure.
   */
  run(): Promise<string | undefined>;
}

export type CheckStatus = 'ok' | 'failed' | 'skipped';

export interface CheckResult {
  readonly name: string;
  readonly status: CheckStatus;
  readonly milliseconds: number;
  /** Present unless the status is `ok`. */
  readonly message?: string;
}

/** The check failed. The message says what was expected and what was found. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
}

/** The check is not possible. The message says why, and which option helps. */
export class CheckSkip extends Error {
  override readonly name = 'CheckSkip';
}

/** A check that is always skipped, with a reason. */
export function skippedCheck(name: string, why: string): Check {
  return {
    name,
    run: async () => {
      throw new CheckSkip(why);
    },
  };
}

/** Never rejects. */
export async function runCheck(check: Check, clock: () => number): Promise<CheckResult> {
  const startedAt = clock();
  const result = (status: CheckStatus, message: string | undefined): CheckResult => ({
    name: check.name,
    status,
    milliseconds: Math.round(clock() - startedAt),
    ...(message !== undefined && { message }),
  });
  try {
    return result('ok', await check.run());
  } catch (error) {
    return result(error instanceof CheckSkip ? 'skipped' : 'failed', errorMessage(error));
  }
}

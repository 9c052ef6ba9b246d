/** One thing that must be true of a deployment. */
export interface Check {
  /** What is looked at, and at what: `stored gzip`. */
  readonly name: string;
  /**
   * Resolves with a remark worth showing, or nothing.
   * @throws CheckSkip when it cannot be found out; anything else that is thrown says what is wrong.
   */
  run(): Promise<string | undefined>;
}

export type CheckStatus = 'ok' | 'failed' | 'skipped';

export interface CheckResult {
  readonly name: string;
  readonly status: CheckStatus;
  readonly milliseconds: number;
  /** Always there unless the status is `ok`. */
  readonly message?: string;
}

/** What was seen is not what must be. The message says both. */
export class CheckFailure extends Error {
  override readonly name = 'CheckFailure';
}

/** Nobody can say whether it holds: the message says why, and which option would help. */
export class CheckSkip extends Error {
  override readonly name = 'CheckSkip';
}

/** A check that always says why it is not made. */
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
  const begun = clock();
  const result = (status: CheckStatus, message: string | undefined): CheckResult => ({
    name: check.name,
    status,
    milliseconds: Math.round(clock() - begun),
    ...(message !== undefined && { message }),
  });
  try {
    return result('ok', await check.run());
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return result(error instanceof CheckSkip ? 'skipped' : 'failed', message);
  }
}

/**
 * Why there is no stack:
 *
 * - `unreadable`: the bytes are no minidump, or lack what a walk needs
 * - `memory`, `deadline`, `crash`, `result_too_large`: the walk needed more memory or time than it may have, the walker
 *   itself failed, or there is too much to tell. The same dump fails again.
 * - `queue_full`, `aborted`, `closed`: the dump was not walked
 */
export type StackWalkErrorCode =
  | 'unreadable'
  | 'memory'
  | 'deadline'
  | 'crash'
  | 'result_too_large'
  | 'queue_full'
  | 'aborted'
  | 'closed';

const retryable: Readonly<Record<StackWalkErrorCode, boolean>> = {
  unreadable: false,
  memory: false,
  deadline: false,
  crash: false,
  result_too_large: false,
  queue_full: true,
  aborted: true,
  closed: true,
};

/** Its message contains nothing from the minidump but numbers. */
export class StackWalkError extends Error {
  override readonly name = 'StackWalkError';

  constructor(
    readonly code: StackWalkErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get retryable(): boolean {
    return retryable[this.code];
  }
}

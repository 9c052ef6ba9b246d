import { BlobStoreError } from '#antenna/blob-store';
import { MessageQueueError } from '#antenna/message-queue';
import type { Retries } from '#antenna/queue-consumer';
import { StackWalkError, type StackWalkErrorCode } from '#antenna/stack-walker';
import { StoredCrashesError, type StoredCrashesErrorCode } from '#antenna/stored-crashes';

/** The step that failed. */
type ProcessStage = 'intake' | 'read' | 'walk' | 'save';

type ProcessErrorCode =
  | BlobStoreError['code']
  | MessageQueueError['code']
  | StoredCrashesErrorCode
  | StackWalkErrorCode
  | 'invalid_message'
  | 'crash_missing'
  | 'crash_changed'
  | 'symbols_unavailable'
  | 'unexpected';

/** Every failure reason, as the values of a metric label. The compiler rejects a missing one. */
const reasons: Record<ProcessErrorCode, true> = {
  invalid_message: true,
  crash_missing: true,
  crash_changed: true,
  symbols_unavailable: true,
  unexpected: true,
  invalid_location: true,
  damaged: true,
  invalid_key: true,
  not_found: true,
  conflict: true,
  access_denied: true,
  no_space: true,
  timeout: true,
  unavailable: true,
  message_too_large: true,
  receipt_expired: true,
  no_such_queue: true,
  unreadable: true,
  memory: true,
  deadline: true,
  crash: true,
  result_too_large: true,
  queue_full: true,
  aborted: true,
  closed: true,
};
export const processErrorCodes: readonly string[] = Object.keys(reasons);

/** A crash could not be processed; `retries` decides between another attempt and the dead-letter queue. */
export class ProcessError extends Error {
  override readonly name = 'ProcessError';

  constructor(
    readonly stage: ProcessStage,
    readonly code: ProcessErrorCode,
    readonly retries: Retries,
    options?: ErrorOptions,
  ) {
    super(`${stage} failed: ${code}`, options);
  }

  /** The crash store or a queue failed, and not this crash. */
  get isOfBackend(): boolean {
    return this.cause instanceof BlobStoreError && this.cause.retryable;
  }
}

/** Runs one stage. @throws ProcessError with the stage's name for any failure. */
export async function withStage<T>(stage: ProcessStage, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw processErrorFrom(stage, cause);
  }
}

function processErrorFrom(stage: ProcessStage, cause: unknown): ProcessError {
  if (cause instanceof ProcessError) return cause;
  if (
    cause instanceof BlobStoreError ||
    cause instanceof MessageQueueError ||
    cause instanceof StackWalkError
  )
    return new ProcessError(stage, cause.code, cause.retryable ? 'fully' : 'never', { cause });
  // What a store answers may be wrong for a moment.
  if (cause instanceof StoredCrashesError)
    return new ProcessError(stage, cause.code, 'briefly', { cause });
  return new ProcessError(stage, 'unexpected', 'fully', { cause });
}

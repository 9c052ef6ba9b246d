import { BlobStoreError } from '#antenna/blob-store';
import { EnvelopeError, IntakeMessageError } from '#antenna/crash-report';
import { MessageQueueError } from '#antenna/message-queue';
import type { Retries } from '#antenna/queue-consumer';

/** The step of the move that failed. */
type MoveStage =
  | 'intake'
  | 'fetch'
  | 'verify'
  | 'order'
  | 'save'
  | 'publish'
  | 'split_off'
  | 'clean_up';

type MoveErrorCode =
  | BlobStoreError['code']
  | MessageQueueError['code']
  | 'damaged_envelope'
  | IntakeMessageError['code']
  | 'envelope_missing'
  | 'wrong_crash_id'
  | 'earlier_report'
  | 'unexpected';

/** Every failure reason, as the values of a metric label. The compiler rejects a missing one. */
const reasons: Record<MoveErrorCode, true> = {
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
  damaged_envelope: true,
  invalid_message: true,
  unknown_version: true,
  envelope_missing: true,
  wrong_crash_id: true,
  earlier_report: true,
  unexpected: true,
};
export const moveErrorCodes: readonly string[] = Object.keys(reasons);

/** A crash could not be moved; `retries` decides between another attempt and the dead-letter queue. */
export class MoveError extends Error {
  override readonly name = 'MoveError';

  constructor(
    readonly stage: MoveStage,
    readonly code: MoveErrorCode,
    readonly retries: Retries,
    options?: ErrorOptions,
  ) {
    super(`${stage} failed: ${code}`, options);
  }
}

/** Runs one stage. @throws MoveError with the stage's name for any failure. */
export async function withStage<T>(stage: MoveStage, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw moveErrorFrom(stage, error);
  }
}

/** The error of a stage for any failure. */
export function moveErrorFrom(stage: MoveStage, cause: unknown): MoveError {
  if (cause instanceof MoveError) return cause;
  if (cause instanceof BlobStoreError || cause instanceof MessageQueueError)
    return new MoveError(stage, cause.code, cause.retryable ? 'fully' : 'never', { cause });
  // The store may have sent other bytes than those that it keeps.
  if (cause instanceof EnvelopeError) return new MoveError(stage, cause.code, 'briefly', { cause });
  if (cause instanceof IntakeMessageError)
    return new MoveError(stage, cause.code, cause.retryable ? 'fully' : 'never', { cause });
  return new MoveError(stage, 'unexpected', 'fully', { cause });
}

import { BlobStoreError } from '#antenna/blob-store';
import { EnvelopeError, IntakeMessageError } from '#antenna/crash-report';
import { MessageQueueError } from '#antenna/message-queue';

/** Where on its way a crash report was when it failed. */
export type MoveStage = 'intake' | 'fetch' | 'verify' | 'save' | 'publish' | 'clean_up';

/** A crash report could not be moved; `retryable` decides between another attempt and the dead letters. */
export class MoveError extends Error {
  override readonly name = 'MoveError';

  constructor(
    readonly stage: MoveStage,
    readonly code: string,
    readonly retryable: boolean,
    options?: ErrorOptions,
  ) {
    super(`${stage} failed: ${code}`, options);
  }
}

/** Runs one stage and gives its failure the stage's name. */
export async function during<T>(stage: MoveStage, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw moveErrorFrom(stage, error);
  }
}

function moveErrorFrom(stage: MoveStage, cause: unknown): MoveError {
  if (cause instanceof MoveError) return cause;
  if (cause instanceof BlobStoreError || cause instanceof MessageQueueError) {
    return new MoveError(stage, cause.code, cause.retryable, { cause });
  }
  if (cause instanceof EnvelopeError || cause instanceof IntakeMessageError) {
    return new MoveError(stage, cause.code, false, { cause });
  }
  return new MoveError(stage, 'unexpected', true, { cause });
}

import { tooLarge, unavailable } from '../outcome/outcome.js';

export interface AnnotationLimits {
  /** Bytes of one key/value part. */
  readonly maxAnnotationBytes: number;
  /** Bytes of all annotations of a report together, names included; a JSON part may be that large too. */
  readonly maxAnnotationsBytes: number;
}

/**
 * Memory that all uploads of a process share for one purpose. A single report stays under its own caps;
 * this keeps many large ones at once from adding up.
 */
export class ByteBudget {
  private taken = 0;

  constructor(private readonly total: number) {}

  /** False when the budget does not have that much left; nothing is taken then. */
  tryTake(bytes: number): boolean {
    if (this.taken + bytes > this.total) return false;
    this.taken += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.taken -= bytes;
  }
}

/** Counts the annotation bytes of one report, against its own caps and against the share of the process. */
export class AnnotationMemory {
  private taken = 0;

  constructor(
    private readonly limits: AnnotationLimits,
    private readonly shared: ByteBudget,
  ) {}

  /** @throws RefusedReport too_large, or unavailable when other uploads hold the memory. */
  take(bytes: number): void {
    if (this.taken + bytes > this.limits.maxAnnotationsBytes)
      throw tooLarge('all annotations together', this.limits.maxAnnotationsBytes);
    if (!this.shared.tryTake(bytes)) throw unavailable('annotation memory is exhausted');
    this.taken += bytes;
  }

  assertValueSize(bytes: number): void {
    if (bytes > this.limits.maxAnnotationBytes)
      throw tooLarge('an annotation', this.limits.maxAnnotationBytes);
  }

  release(): void {
    this.shared.giveBack(this.taken);
    this.taken = 0;
  }
}

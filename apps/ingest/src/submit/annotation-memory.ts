import type { ByteBudget } from './byte-budget.js';
import { tooLarge, unavailable } from './outcome.js';

export interface AnnotationLimits {
  /** Bytes of one key/value part. */
  readonly maxAnnotationBytes: number;
  /** Bytes of all annotations of a report together, names included; a JSON part may be that large too. */
  readonly maxAnnotationsBytes: number;
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

import { tooLarge, unavailable } from '../outcome/outcome.js';

interface AnnotationLimits {
  /** Bytes of one key/value part. */
  readonly maxAnnotationBytes: number;
  /** Bytes of all annotations of a report, names included; also the limit of a JSON part. */
  readonly maxAnnotationsBytes: number;
}

/**
 * Limits the memory of all uploads of a process together. The limits of a single report do not bound the
 * sum of many large reports.
 */
export class ByteBudget {
  private taken = 0;

  constructor(private readonly total: number) {}

  /** Returns false, and takes nothing, when fewer bytes are left. */
  tryTake(bytes: number): boolean {
    if (this.taken + bytes > this.total) return false;
    this.taken += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.taken -= bytes;
  }
}

/** Counts the annotation bytes of one report against its own limits and the budget of the process. */
export class AnnotationMemory {
  private taken = 0;

  constructor(
    private readonly limits: AnnotationLimits,
    private readonly shared: ByteBudget,
  ) {}

  /** @throws RefusedReport too_large, or unavailable when other uploads use up the budget. */
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

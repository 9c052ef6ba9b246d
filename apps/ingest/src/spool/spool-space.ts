import { SpoolError } from './spool-error.js';

/**
 * Above this share of the capacity no upload is begun; those under way may use the rest. Without the gap
 * the spool would never be full: it would refuse report after report that is larger than what is left.
 */
const highWater = 0.9;

/** How much of the spool's capacity is taken: by envelopes that wait, and by drafts being written. */
export class SpoolSpace {
  private keptBytes = 0;
  private reservedBytes = 0;

  constructor(readonly capacity: number) {}

  /** Bytes of envelopes that wait to be shipped. */
  get kept(): number {
    return this.keptBytes;
  }

  get used(): number {
    return this.keptBytes + this.reservedBytes;
  }

  get isFull(): boolean {
    return this.used >= this.capacity * highWater;
  }

  /** @throws SpoolError `spool_full` */
  reserve(bytes: number): void {
    if (this.used + bytes > this.capacity)
      throw new SpoolError('spool_full', `the spool holds ${this.used} of ${this.capacity} bytes`);
    this.reservedBytes += bytes;
  }

  release(bytes: number): void {
    this.reservedBytes -= bytes;
  }

  /** A reservation became an envelope that waits. */
  keep(bytes: number): void {
    this.reservedBytes -= bytes;
    this.keptBytes += bytes;
  }

  /** An envelope found at start-up. */
  found(bytes: number): void {
    this.keptBytes += bytes;
  }

  /** An envelope was shipped and removed. */
  free(bytes: number): void {
    this.keptBytes -= bytes;
  }
}

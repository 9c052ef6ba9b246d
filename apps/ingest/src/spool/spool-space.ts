import { SpoolError } from './spool-error.js';

/**
 * Above this share of the capacity no upload is admitted; uploads in flight may use the rest. Without this
 * margin the spool would not report itself as full while it refuses every report larger than the space left.
 */
const highWater = 0.9;

/** Counts the spool's capacity that is used by waiting envelopes and by drafts. */
export class SpoolSpace {
  private keptBytes = 0;
  private reservedBytes = 0;
  private volumeLimit = Number.POSITIVE_INFINITY;

  /** @param wanted the configured capacity, in bytes; the volume may hold less */
  constructor(private readonly wanted: number) {}

  /** Bytes that waiting envelopes and drafts may have. */
  get capacity(): number {
    return Math.min(this.wanted, this.volumeLimit);
  }

  /**
   * Follows the volume. It may be smaller than the setting, grow while it is in use, and lose space to other files and to
   * the last, partly filled block of each envelope.
   * @param bytes what the volume can take in addition; negative counts as 0
   */
  volumeTakes(bytes: number): void {
    this.volumeLimit = this.used + Math.max(0, bytes);
  }

  /** Bytes of envelopes that wait for shipping. */
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

  /** Turns a reservation into a waiting envelope. */
  keep(bytes: number): void {
    this.reservedBytes -= bytes;
    this.keptBytes += bytes;
  }

  /** Adds an envelope found at start-up. */
  addExisting(bytes: number): void {
    this.keptBytes += bytes;
  }

  /** Frees the space of an envelope that was removed. */
  free(bytes: number): void {
    this.keptBytes -= bytes;
  }
}

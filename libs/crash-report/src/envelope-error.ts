/** The bytes are not a whole envelope: cut short, altered, or something else altogether. */
export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError';
  readonly code = 'damaged_envelope';
  readonly retryable = false;

  /** @param position the byte at which the damage shows */
  constructor(
    problem: string,
    readonly position: number,
  ) {
    super(`${problem} at byte ${position}`);
  }
}

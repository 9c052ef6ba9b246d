/** A CEL expression that cannot be used; `offset` is the character at which the problem lies. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';

  constructor(
    message: string,
    readonly offset: number,
    /** How to mend it. */
    readonly hint: string,
  ) {
    super(message);
  }
}

/** Too many large crashes are being read or sent. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
  readonly code = 'busy';
  readonly retryable = true;

  constructor(options: ErrorOptions) {
    super('too many large crashes are being read', options);
  }
}

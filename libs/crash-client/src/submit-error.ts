import { errorMessage, systemCode } from '#antenna/errors';

export type SubmitErrorCode = 'refused' | 'reset' | 'timeout' | 'aborted' | 'failed';

/** There was no answer. Whether the collector has stored the report is then unknown, except for `refused`. */
export class SubmitError extends Error {
  override readonly name = 'SubmitError';

  constructor(
    readonly code: SubmitErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Describes the failure of a request to this address. */
export function submitErrorFrom(url: URL, error: unknown): SubmitError {
  const options = { cause: error };
  switch (systemCode(error) ?? '') {
    case 'ECONNREFUSED':
      return new SubmitError('refused', `nothing listens at ${url.href}`, options);
    case 'ECONNRESET':
    case 'EPIPE':
      return new SubmitError(
        'reset',
        `${url.href} closed the connection without an answer`,
        options,
      );
    case 'ETIMEDOUT':
      return new SubmitError('timeout', `connecting to ${url.href} timed out`, options);
    default:
      return new SubmitError(
        'failed',
        `no answer from ${url.href}: ${errorMessage(error)}`,
        options,
      );
  }
}

import { isNativeError } from 'node:util/types';

export type SubmitErrorCode = 'refused' | 'reset' | 'timeout' | 'aborted' | 'failed';

/** No answer came. Whether the collector has stored the report is then unknown, except for `refused`. */
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

/** Says in plain words what happened to a request to this address. */
export function submitErrorFrom(url: URL, error: unknown): SubmitError {
  const systemCode = isNativeError(error) && 'code' in error ? String(error.code) : '';
  const options = { cause: error };
  switch (systemCode) {
    case 'ECONNREFUSED':
      return new SubmitError('refused', `nothing listens at ${url.href}`, options);
    case 'ECONNRESET':
    case 'EPIPE':
      return new SubmitError('reset', `${url.href} closed the connection unanswered`, options);
    case 'ETIMEDOUT':
      return new SubmitError('timeout', `${url.href} could not be reached in time`, options);
    default: {
      const reason = isNativeError(error) ? error.message : String(error);
      return new SubmitError('failed', `no answer from ${url.href}: ${reason}`, options);
    }
  }
}

import { errorMessage, isError } from '#antenna/errors';

/** The HTTP status of the API server's answer; undefined if it did not answer. */
export function statusOf(error: unknown): number | undefined {
  if (!isError(error)) return undefined;
  const status: unknown =
    'code' in error ? error.code : 'statusCode' in error ? error.statusCode : undefined;
  // A DOMException (an aborted request) has a numeric code, too, which is not an HTTP status.
  return typeof status === 'number' && status >= 400 && status < 600 ? status : undefined;
}

/** Why a call failed, in one line: the message of the API server, or the error of the connection. */
export function failureInWords(error: unknown): string {
  const status = statusOf(error);
  if (status === undefined) return `the API server does not answer: ${errorMessage(error)}`;
  return `the API server answers ${status}: ${statusMessage(error) ?? errorMessage(error)}`;
}

/** API servers answer errors with a `Status` object, which the client library passes on as a string. */
function statusMessage(error: unknown): string | undefined {
  if (!isError(error) || !('body' in error)) return undefined;
  try {
    const body: unknown = typeof error.body === 'string' ? JSON.parse(error.body) : error.body;
    return typeof body === 'object' && body !== null && 'message' in body
      ? String(body.message)
      : undefined;
  } catch {
    // The error page of a proxy: the status is enough.
    return undefined;
  }
}

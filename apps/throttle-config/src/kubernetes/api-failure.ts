import { errorMessage, isError } from '#antenna/telemetry';

/** The HTTP status with which the API server refused; undefined when it did not answer. */
export function statusOf(error: unknown): number | undefined {
  if (!isError(error)) return undefined;
  const status: unknown =
    'code' in error ? error.code : 'statusCode' in error ? error.statusCode : undefined;
  // The numeric codes of a DOMException (an aborted request) are no HTTP statuses.
  return typeof status === 'number' && status >= 400 && status < 600 ? status : undefined;
}

/** Why a call failed, in a line: what the API server says of it, or what became of the connection. */
export function failureInWords(error: unknown): string {
  const status = statusOf(error);
  if (status === undefined) return `the API server does not answer: ${errorMessage(error)}`;
  return `the API server answers ${status}: ${statusMessage(error) ?? errorMessage(error)}`;
}

/** API servers explain themselves in a `Status` object, which the client hands on as text. */
function statusMessage(error: unknown): string | undefined {
  if (!isError(error) || !('body' in error)) return undefined;
  try {
    const body: unknown = typeof error.body === 'string' ? JSON.parse(error.body) : error.body;
    return typeof body === 'object' && body !== null && 'message' in body
      ? String(body.message)
      : undefined;
  } catch {
    // A proxy's error page: the status says enough.
    return undefined;
  }
}

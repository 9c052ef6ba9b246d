import { errorChain, errorMessage, isError } from '#antenna/errors';

/** The fields of a log line besides its message: `crash_id`, counts, durations. Never an annotation's value. */
export type LogFields = Readonly<Record<string, unknown>>;

/** The fields as written: each error as its message; `error` also as code, type and, on request, stack. */
export function writtenFields(fields: LogFields, stack: 'with-stack' | 'without-stack'): LogFields {
  const written: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (name === 'error') Object.assign(written, errorFields(value, stack));
    else written[name] = isError(value) ? errorMessage(value) : value;
  }
  return written;
}

function errorFields(error: unknown, stack: 'with-stack' | 'without-stack'): LogFields {
  const code = errorChain(error)
    .map((cause) => codeOf(cause))
    .find((found) => found !== undefined);
  return {
    error: errorMessage(error),
    ...(code !== undefined && { error_code: code }),
    ...(isError(error) && { error_type: error.name }),
    ...(isError(error) && stack === 'with-stack' && { stack: error.stack }),
  };
}

function codeOf(error: unknown): string | undefined {
  if (!isError(error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' || typeof error.code === 'number'
    ? String(error.code)
    : undefined;
}

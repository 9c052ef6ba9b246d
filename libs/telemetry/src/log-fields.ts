import { isError } from './is-error.js';

/** What a log line carries beside its message: `crash_id`, counts, durations. Never an annotation's value. */
export type LogFields = Readonly<Record<string, unknown>>;

/** How far a chain of causes is followed: real ones are short, and one may lead back to itself. */
const maxCauses = 8;

/** The fields as they are written: an error as its message, `error` also as code, type and (on request) stack. */
export function writtenFields(fields: LogFields, stack: 'with-stack' | 'without-stack'): LogFields {
  const written: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (name === 'error') Object.assign(written, errorFields(value, stack));
    else written[name] = isError(value) ? errorMessage(value) : value;
  }
  return written;
}

/** The message of an error and of what caused it, outermost first; works for whatever was thrown. */
export function errorMessage(error: unknown): string {
  const messages = causes(error).map((cause) => ownMessage(cause));
  return messages.filter((message, index) => message !== messages[index - 1]).join(': ');
}

function errorFields(error: unknown, stack: 'with-stack' | 'without-stack'): LogFields {
  const code = causes(error)
    .map((cause) => codeOf(cause))
    .find((found) => found !== undefined);
  return {
    error: errorMessage(error),
    ...(code !== undefined && { error_code: code }),
    ...(isError(error) && { error_type: error.name }),
    ...(isError(error) && stack === 'with-stack' && { stack: error.stack }),
  };
}

function causes(error: unknown): unknown[] {
  const chain: unknown[] = [error];
  let last = error;
  while (isError(last) && last.cause !== undefined && chain.length < maxCauses) {
    last = last.cause;
    chain.push(last);
  }
  return chain;
}

/** Node reports a refused connection as an AggregateError without a message: its parts say what happened. */
function ownMessage(error: unknown): string {
  if (!isError(error)) return typeof error === 'string' ? error : describeThrown(error);
  if (error.message !== '') return error.message;
  if (error instanceof AggregateError && error.errors.length > 0)
    return error.errors.map((part) => ownMessage(part)).join('; ');
  return error.name;
}

function describeThrown(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? `thrown ${Object.prototype.toString.call(value)}`
    : `thrown ${String(value)}`;
}

function codeOf(error: unknown): string | undefined {
  if (!isError(error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' || typeof error.code === 'number'
    ? String(error.code)
    : undefined;
}

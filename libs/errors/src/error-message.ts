import { isNativeError } from 'node:util/types';

/** Maximum length of a chain of causes: real chains are short, and a chain may have a cycle. */
const maxCauses = 8;

/** Whether a thrown value is an error, including one from another realm (a vm context), where `instanceof` fails. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || isNativeError(value);
}

/**
 * The messages of an error and its causes, outermost first: `cannot stage: put failed`. A cause whose message the
 * preceding error quotes is left out. Accepts any thrown value.
 */
export function errorMessage(error: unknown): string {
  const messages = errorChain(error).map((cause) => ownMessage(cause));
  return messages
    .filter((message, index) => messages[index - 1]?.includes(message) !== true)
    .join(': ');
}

/** An error and its causes, outermost first. */
export function errorChain(error: unknown): readonly unknown[] {
  const chain: unknown[] = [error];
  let last = error;
  while (isError(last) && last.cause !== undefined && chain.length < maxCauses) {
    last = last.cause;
    chain.push(last);
  }
  return chain;
}

/** Node reports a refused connection as an AggregateError without a message; its errors have the messages. */
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

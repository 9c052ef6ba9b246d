import { isNativeError } from 'node:util/types';

/** How far a chain of causes is followed: real ones are short, and one may lead back to itself. */
const maxCauses = 8;

/** Whether a thrown value is an error, also one from another realm (a vm context), where `instanceof` is false. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || isNativeError(value);
}

/**
 * The message of an error and of its causes, outermost first: `cannot stage: put failed`. A cause that the error before
 * it quotes is left out. Takes any thrown value.
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

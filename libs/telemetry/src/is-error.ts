import { isNativeError } from 'node:util/types';

/** Whether a thrown value is an error, also one from another realm (a vm context), where `instanceof` is false. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || isNativeError(value);
}

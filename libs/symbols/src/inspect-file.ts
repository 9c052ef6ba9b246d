import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { errorMessage, systemCode } from '#antenna/errors';
import { SymbolsError } from './symbols-error.js';
import type { PutFile, SymbolSource } from './sources/symbol-source.js';
import { isGzip, readHead, symbolBytes, type SymbolHead } from './symbol-file.js';

/**
 * The head of a file in a source; undefined if the source does not have it.
 * @throws SymbolsError
 */
export async function headIn(
  source: SymbolSource,
  path: string,
  timeoutMs: number,
  interrupted: AbortSignal,
): Promise<SymbolHead | undefined> {
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(timeoutMs)]);
  try {
    const stream = await source.open(path, 'head', signal);
    return stream && (await readHead(addAbortSignal(signal, stream))).head;
  } catch (error) {
    if (!signal.aborted) {
      if (systemCode(error) === undefined || error instanceof SymbolsError) throw error;
      throw new SymbolsError('unreachable', errorMessage(error), { cause: error });
    }
    const message = `no answer within ${timeoutMs} ms (SYMBOL_TIMEOUT)`;
    throw new SymbolsError('timeout', message, { cause: error });
  }
}

/**
 * Reads a whole symbol file, plain or compressed.
 * @throws SymbolsError if it is not one, is damaged or too large; a system error
 */
export async function inspectSymbolFile(
  file: string,
  maxBytes: number,
): Promise<SymbolHead & PutFile> {
  const { size } = await stat(file);
  const { bytes, head } = await readHead(createReadStream(file));
  const whole = symbolBytes(createReadStream(file), maxBytes, head.debugId);
  // Nothing is kept of them: what is damaged or too large throws.
  for await (const _ of whole);
  return { ...head, file, size, isGzip: isGzip(bytes) };
}

import { pipeline, Readable } from 'node:stream';
import { createGunzip, constants, gunzipSync } from 'node:zlib';
import { errorMessage, systemCode } from '#antenna/errors';
import { canonicalId, type ModuleId } from './module-id.js';
import { SymbolsError } from './symbols-error.js';

/** What the first lines of a symbol file say. */
export interface SymbolHead extends ModuleId {
  /** `Linux`, `windows`, `mac`, … */
  readonly os: string;
  /** `x86_64`, `arm64`, … */
  readonly arch: string;
  /** The build id or code id of the binary itself, if the file has it. */
  readonly codeId?: string;
}

/** The MODULE line and the INFO lines after it fit in; names are at most 255 bytes. */
export const headBytes = 4096;

/**
 * Reads the lines `MODULE <os> <arch> <id> <debug file>` and `INFO CODE_ID <id> …` at the start of a symbol file
 * (Breakpad, "docs/symbol_files.md").
 * @throws SymbolsError with code `not_symbols`
 */
export function parseHead(bytes: Buffer): SymbolHead {
  const [first = '', ...lines] = bytes.toString('utf8', 0, headBytes).split(/\r?\n/);
  const { os, arch, id, name } =
    /^MODULE (?<os>\S{1,32}) (?<arch>\S{1,32}) (?<id>\S{1,64}) (?<name>.+)$/.exec(first)?.groups ??
    {};
  const debugId = canonicalId(id ?? '');
  if (os === undefined || arch === undefined || name === undefined || lines.length === 0)
    throw notSymbols('it does not begin with a MODULE line, as Breakpad symbol files do');
  if (debugId === undefined) throw notSymbols('its MODULE line has no valid debug id');
  const codeId = lines
    .map((line) => /^INFO CODE_ID ([\dA-F]{1,64})\b/i.exec(line)?.[1])
    .find(Boolean);
  return { debugFile: name, debugId, os, arch, ...(codeId !== undefined && { codeId }) };
}

/**
 * {@link parseHead} of a file that may be compressed, of which no more than the first bytes are read.
 * @throws SymbolsError, or the stream's error
 */
export async function readHead(stream: Readable): Promise<{ bytes: Buffer; head: SymbolHead }> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of stream) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    if (bytes.length >= headBytes) break;
  }
  bytes = bytes.subarray(0, headBytes);
  let text = bytes;
  // Twice, as in `symbolBytes`. The compressed bytes end in the middle.
  for (let count = 0; count < 2 && isGzip(text); count += 1) {
    try {
      text = gunzipSync(text, {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: 16 * 1024 * 1024,
      });
    } catch (error) {
      throw damaged(error);
    }
  }
  return { bytes, head: parseHead(text) };
}

/** @throws SymbolsError with code `not_symbols` */
export function assertBuild({ debugId }: ModuleId, expected: string): void {
  if (debugId !== expected)
    throw notSymbols('it is of another build: its MODULE line has another debug id');
}

/** @throws SymbolsError with code `too_large` */
export function assertSize(bytes: number, maxBytes: number): void {
  if (bytes > maxBytes)
    throw new SymbolsError('too_large', `it is larger than ${maxBytes} bytes (SYMBOL_MAX_BYTES)`);
}

export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The plain bytes of a symbol file: inflates it if it is compressed, and once more if it was also compressed for the
 * transport. Each form may have `maxBytes`. The head is checked before the first byte is passed on.
 * @param expected the debug id that it must have
 * @throws SymbolsError, also when the file ends too early
 */
export async function* symbolBytes(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
  expected: string,
): AsyncGenerator<Buffer> {
  const inner = bounded(inflated(bounded(inflated(bounded(chunks, maxBytes)), maxBytes)), maxBytes);
  let head = Buffer.alloc(0);
  let isChecked = false;
  const check = (): void => {
    assertBuild(parseHead(head), expected);
    isChecked = true;
  };
  for await (const chunk of inner) {
    if (isChecked) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < headBytes) continue;
    check();
    yield head;
  }
  if (isChecked) return;
  check();
  yield head;
}

async function* bounded(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    assertSize(bytes, maxBytes);
    yield chunk;
  }
}

async function* inflated(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  while (start.length < 2) {
    const { value, done } = await iterator.next();
    if (done === true) break;
    start = Buffer.concat([start, value]);
  }
  const all = joined(start, iterator);
  if (!isGzip(start)) {
    yield* all;
    return;
  }
  const gunzip = createGunzip({ chunkSize: 64 * 1024 });
  pipeline(Readable.from(all, { objectMode: true }), gunzip, () => undefined);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (error) {
    throw systemCode(error)?.startsWith('Z_') === true ? damaged(error) : error;
  }
}

async function* joined(start: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield start;
    for (let next = await rest.next(); next.done !== true; next = await rest.next())
      yield next.value;
  } finally {
    await rest.return?.();
  }
}

function notSymbols(problem: string): SymbolsError {
  return new SymbolsError('not_symbols', problem);
}

function damaged(error: unknown): SymbolsError {
  const problem = `its gzip data cannot be read: ${errorMessage(error)}`;
  return new SymbolsError('damaged', problem, { cause: error });
}

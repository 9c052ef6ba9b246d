import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { aModule, symbolText } from '../test/symbol-files.js';
import { SymbolsError } from './symbols-error.js';
import { parseHead, readHead, symbolBytes } from './symbol-file.js';

const id = '44E4EC8C2F41492B9369D6B9A059577C2';

describe('parseHead', () => {
  it.each([
    [`MODULE Linux x86_64 ${id} libxul.so\n`, 'Linux', 'x86_64', 'libxul.so'],
    [`MODULE windows x86 ${id} xul.pdb\r\nFILE 1 a\r\n`, 'windows', 'x86', 'xul.pdb'],
    [`MODULE mac arm64 ${id} A Framework\n`, 'mac', 'arm64', 'A Framework'],
    [`MODULE mac arm64 ${id.toLowerCase()} ä\n`, 'mac', 'arm64', 'ä'],
  ])('reads %j', (text, os, arch, debugFile) => {
    expect(parseHead(Buffer.from(text))).toEqual({ os, arch, debugId: id, debugFile });
  });

  it.each([
    `INFO CODE_ID ABCDEF12\n`,
    `INFO GENERATOR mozilla/dump_syms 2.3\nINFO CODE_ID ABCDEF12 libxul.so\nFILE 0 a\n`,
  ])('reads the code id of %j', (info) => {
    const head = parseHead(Buffer.from(`MODULE Linux x86_64 ${id} libxul.so\n${info}`));
    expect(head.codeId).toBe('ABCDEF12');
  });

  it.each([
    '',
    'MODULE',
    'MODULE \n',
    `MODULE Linux x86_64 ${id}\n`,
    `MODULE Linux x86_64 ${id} \n`,
    `MODULE Linux x86_64 ${id} half`,
    ` MODULE Linux x86_64 ${id} a\n`,
    `module Linux x86_64 ${id} a\n`,
    `\nMODULE Linux x86_64 ${id} a\n`,
    `MODULE Linux x86_64 nothex a\n`,
    `MODULE Linux x86_64 ${'0'.repeat(33)} a\n`,
    `MODULE Linux ${'x'.repeat(33)} ${id} a\n`,
  ])('refuses %j', (text) => {
    expect(() => parseHead(Buffer.from(text))).toThrow(
      expect.objectContaining({ code: 'not_symbols', retryable: false }),
    );
  });

  it('refuses a MODULE line that does not end within 4096 bytes', () => {
    const text = `MODULE Linux x86_64 ${id} ${'x'.repeat(5000)}\n`;
    expect(() => parseHead(Buffer.from(text))).toThrow('MODULE line');
  });

  it('never throws anything else', () => {
    const word = fc.constantFrom('MODULE', 'Linux', id, ' ', '\n', '\r', '\0', 'INFO CODE_ID', 'ä');
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string())), (words) => {
        expect(errorOf(() => parseHead(Buffer.from(words.join(''))))?.code ?? 'not_symbols').toBe(
          'not_symbols',
        );
      }),
    );
  });
});

describe('symbolBytes and readHead', () => {
  const module = aModule();
  const text = Buffer.from(symbolText(module, 30_000));
  const forms = [text, gzipSync(text), gzipSync(gzipSync(text))];

  it('give the same for any chunks of any form', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...forms), sizes, async (form, sizes) => {
        const bytes = symbolBytes(Readable.from(chunksOf(form, sizes)), 1e6, module.debugId);
        expect((await buffer(Readable.from(bytes))).equals(text)).toBe(true);
        const { head } = await readHead(Readable.from(chunksOf(form, sizes)));
        expect(head).toMatchObject({ ...module, codeId: 'ABCDEF12' });
      }),
      { numRuns: 50 },
    );
  });

  it('pass a failure of the source on', async () => {
    const broken = Readable.from(
      (async function* () {
        yield forms[1]?.subarray(0, 2000);
        throw new Error('broken');
      })(),
    );
    const bytes = symbolBytes(broken, 1e6, module.debugId);
    await expect(Array.fromAsync(bytes)).rejects.toThrow('broken');
  });
});

function errorOf(work: () => unknown): SymbolsError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof SymbolsError) return error;
    throw error;
  }
}

/** Consecutive parts of the bytes, with these sizes again and again. */
function chunksOf(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += chunks.at(-1)?.length ?? 1)
    chunks.push(bytes.subarray(start, start + (sizes[chunks.length % sizes.length] ?? 1)));
  return chunks;
}

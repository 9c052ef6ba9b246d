import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { anEnvelopeHeader, buildEnvelope, envelopeContents } from '../test/envelope-builder.js';
import { headerLine, rawCrashLine } from './envelope-format.js';
import { readEnvelopeHeader } from './envelope-header.js';
import { readEnvelope } from './envelope-reader.js';

const damaged = expect.objectContaining({
  name: 'EnvelopeError',
  code: 'damaged_envelope',
  retryable: false,
  message: expect.stringMatching(/ at byte \d+$/),
});

const small = buildEnvelope({
  header: anEnvelopeHeader,
  dumps: [
    { name: 'upload_file_minidump', chunks: [Buffer.from('MDMP\n{}')] },
    { name: 'empty', chunks: [] },
  ],
  rawCrash: Buffer.from('{"uuid":"x"}'),
});

describe('readEnvelope', () => {
  it('reads what EnvelopeWriter wrote', () => {
    fc.assert(
      fc.property(envelopeContents, (content) => {
        const bytes = buildEnvelope(content);
        expect(readEnvelope(bytes)).toEqual({
          header: content.header,
          dumps: content.dumps.map(({ name, chunks }) => {
            const dump = Buffer.concat(chunks);
            return { name, bytes: dump, crc32: crc32(dump).toString(16).padStart(8, '0') };
          }),
          rawCrash: content.rawCrash,
        });
        expect(readEnvelopeHeader(bytes.subarray(0, 1024))).toEqual(content.header);
      }),
    );
  });

  it('returns views of the bytes, not copies', () => {
    // In a separate allocation: small buffers can share one.
    const bytes = Buffer.from(new ArrayBuffer(small.length));
    small.copy(bytes);
    const { dumps, rawCrash } = readEnvelope(bytes);
    for (const payload of [...dumps.map((dump) => dump.bytes), rawCrash])
      expect(payload.buffer).toBe(bytes.buffer);
  });
});

/** An envelope with any lines and valid checksums. */
function forge(line: string, payload = ''): Buffer {
  const rawCrashHeader = rawCrashLine({ length: 2, crc32: crc32('{}') });
  const header = headerLine(anEnvelopeHeader);
  const lines = Buffer.concat([header, Buffer.from(`${line}\n`), rawCrashHeader]);
  const linesCrc = crc32(lines).toString(16).padStart(8, '0');
  return Buffer.concat([
    header,
    Buffer.from(`${line}\n${payload}\n`),
    rawCrashHeader,
    Buffer.from(`{}\n{"type":"end","items":2,"headers_crc32":"${linesCrc}"}\n`),
  ]);
}

const item = (changes: Record<string, unknown>): string =>
  JSON.stringify({ type: 'dump', name: 'a', length: 0, crc32: '00000000', ...changes });

describe('an intact envelope with unexpected content', () => {
  it('is read when it has unknown fields', () => {
    expect(readEnvelope(forge(item({ colour: 'blue' }))).dumps).toHaveLength(1);
  });

  it.each<[string, string]>([
    ['an unknown item type', item({ type: 'video' })],
    ['no type', item({ type: undefined })],
    ['a reserved dump name', item({ name: 'raw_crash' })],
    ['a path as a dump name', item({ name: '../x' })],
    ['no dump name', item({ name: undefined })],
    ['a negative length', item({ length: -1 })],
    ['a fractional length', item({ length: 0.5 })],
    ['a length above the safe integers', item({ length: 1e308 })],
    ['the largest length', item({ length: Number.MAX_SAFE_INTEGER })],
    ['a length that is a string', item({ length: '0' })],
    ['a checksum that is a number', item({ crc32: 0 })],
    ['a line that is null', 'null'],
    ['a line that is an array', '[]'],
    ['an early end', '{"type":"end","items":0,"headers_crc32":"00000000"}'],
  ])('is refused for %s', (_case, line) => {
    expect(() => readEnvelope(forge(line))).toThrow(damaged);
  });

  it('is refused for two dumps with the same name', () => {
    const second = item({}).padEnd(127);
    expect(() => readEnvelope(forge(item({ length: 0 }), `\n${second}\n`))).toThrow(damaged);
  });
});

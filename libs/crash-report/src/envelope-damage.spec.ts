import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { anEnvelopeHeader, buildEnvelope, envelopeContents } from '../test/envelope-builder.js';
import { headerLine } from './envelope-format.js';
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

describe('damage to an envelope', () => {
  it('is detected when it is truncated to any length', () => {
    for (let length = 0; length < small.length; length += 1)
      expect(() => readEnvelope(small.subarray(0, length))).toThrow(damaged);
  });

  it('is detected when any byte changes', () => {
    for (let position = 0; position < small.length; position += 1) {
      const bytes = Buffer.from(small);
      bytes[position] = (bytes[position] ?? 0) ^ (1 << (position % 8));
      expect(() => readEnvelope(bytes)).toThrow(damaged);
    }
  });

  it('is detected for any content, position and new byte', () => {
    fc.assert(
      fc.property(
        envelopeContents,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (content, place, change) => {
          const bytes = buildEnvelope(content);
          const position = place % bytes.length;
          bytes[position] = (bytes[position] ?? 0) ^ change;
          expect(() => readEnvelope(bytes)).toThrow(damaged);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('is detected when bytes follow the end', () => {
    fc.assert(
      fc.property(envelopeContents, fc.uint8Array({ minLength: 1 }), (content, rest) => {
        const bytes = buildEnvelope(content);
        expect(() => readEnvelope(Buffer.concat([bytes, rest]))).toThrow(damaged);
        expect(() => readEnvelope(Buffer.concat([bytes, bytes]))).toThrow(damaged);
      }),
    );
  });

  it('is detected when a block is lost, repeated or blank', () => {
    fc.assert(
      fc.property(
        envelopeContents,
        fc.nat(),
        fc.integer({ min: 1, max: 64 }),
        (content, place, length) => {
          const bytes = buildEnvelope(content);
          const start = place % bytes.length;
          const before = bytes.subarray(0, start);
          const piece = bytes.subarray(start, start + length);
          const after = bytes.subarray(start + length);
          const variants = [
            Buffer.concat([before, after]),
            Buffer.concat([before, piece, piece, after]),
            Buffer.concat([before, Buffer.alloc(piece.length), after]),
          ];
          for (const variant of variants.filter((candidate) => !candidate.equals(bytes)))
            expect(() => readEnvelope(variant)).toThrow(damaged);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('throws an EnvelopeError for arbitrary bytes', () => {
    const lines = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constant('['.repeat(1100)));
    const inputs = fc.oneof(
      fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
      fc.array(lines).map((texts) => Buffer.from(texts.join('\n'))),
      fc.json().map((text) => Buffer.from(`${text.padEnd(1023)}\n`)),
      fc
        .array(lines)
        .map((texts) =>
          Buffer.concat([headerLine(anEnvelopeHeader), Buffer.from(texts.join('\n'))]),
        ),
    );
    fc.assert(
      fc.property(inputs, (bytes) => {
        expect(() => readEnvelope(bytes)).toThrow(damaged);
      }),
      { numRuns: 1000 },
    );
  });
});

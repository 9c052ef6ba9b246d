import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  type IntakeMessage,
  IntakeMessageError,
  parseIntakeMessage,
  serializeIntakeMessage,
} from './intake-message.js';
import { dumpKey, rawCrashKey, stagedEnvelopeKey } from './stored-layout.js';

const crashId = 'de1bb258-cbbf-4589-a673-34f800160918';
const other = 'de1bb258-cbbf-4589-a673-34f901160918';
const message: IntakeMessage = {
  crashId,
  key: stagedEnvelopeKey(crashId),
  size: 624_640,
  verdict: 'accept',
};
const wire = {
  v: 1,
  crash_id: crashId,
  key: `v1/envelope/20160918/${crashId}`,
  size: 624_640,
  throttle: 'accept',
};

const parseWire = (changes: Record<string, unknown>): IntakeMessage =>
  parseIntakeMessage(JSON.stringify({ ...wire, ...changes }));

describe('serializeIntakeMessage', () => {
  it('writes the body of the contract', () => {
    expect(JSON.parse(serializeIntakeMessage(message))).toEqual(wire);
  });

  it('writes what parseIntakeMessage reads', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.constantFrom('accept', 'defer'), (size, verdict) => {
        const sent: IntakeMessage = { ...message, size, verdict };
        expect(parseIntakeMessage(serializeIntakeMessage(sent))).toEqual(sent);
      }),
    );
  });
});

describe('parseIntakeMessage', () => {
  it('ignores unknown fields', () => {
    expect(parseWire({ region: 'eu', more: [1.5] })).toEqual(message);
  });

  it('reads the key of a submitted id', () => {
    const key = stagedEnvelopeKey(crashId, 1_795_343_430_456);
    expect(parseWire({ key })).toEqual({ ...message, key });
  });

  it.each<[string, Record<string, unknown>]>([
    ['the key of another submitted id', { key: stagedEnvelopeKey(other, 1) }],
    ['a submission that is not a number', { key: `${wire.key}.1e3` }],
    ['a submission with a leading zero', { key: `${wire.key}.01` }],
    ['two submissions', { key: `${wire.key}.1.2` }],
    ['a submission below a folder', { key: `${wire.key}/x.1` }],
    ['a key that is not a string', { key: [`${wire.key}.1`] }],
    ['no version', { v: undefined }],
    ['another version', { v: 2 }],
    ['a version that is a string', { v: '1' }],
    ['no crash id', { crash_id: undefined }],
    ['an invalid crash id', { crash_id: '../x', key: '../x' }],
    ['the key of another crash', { key: stagedEnvelopeKey(other) }],
    ['the key of a stored raw crash', { key: rawCrashKey(crashId) }],
    ['the key of a stored dump', { key: dumpKey(crashId, 'upload_file_minidump') }],
    ['a key that is only equivalent to the right one', { key: `./${wire.key}` }],
    ['no key', { key: undefined }],
    ['a negative size', { size: -1 }],
    ['a size with a fraction', { size: 1.5 }],
    ['a size above the safe integers', { size: 2 ** 53 }],
    ['a size that is a string', { size: '1' }],
    ['an unknown verdict', { throttle: 'reject' }],
    ['no verdict', { throttle: undefined }],
  ])('refuses %s', (_case, changes) => {
    expect(() => parseWire(changes)).toThrow(
      expect.objectContaining({ code: 'invalid_message', retryable: false }),
    );
  });

  it.each(['', '{', 'null', '[]', '1', '"text"', '{}'])('refuses the body %j', (body) => {
    expect(() => parseIntakeMessage(body)).toThrow(IntakeMessageError);
  });

  it('refuses a body of 200,000 nested arrays', () => {
    expect(() => parseIntakeMessage('['.repeat(200_000))).toThrow(IntakeMessageError);
  });

  it('throws only IntakeMessageError', () => {
    const bodies = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc
        .record({ v: fc.constant(1), crash_id: fc.jsonValue(), key: fc.jsonValue() })
        .map((fields) => JSON.stringify(fields)),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        expect(() => parseIntakeMessage(body)).toThrow(IntakeMessageError);
      }),
    );
  });
});

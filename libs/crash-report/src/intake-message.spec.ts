import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  type IntakeMessage,
  IntakeMessageError,
  maxBatchCrashes,
  parseIntakeMessage,
  serializeIntakeMessage,
  singleCrashMessage,
} from './intake-message.js';
import { dumpKey, rawCrashKey, stagedBatchKey, stagedEnvelopeKey } from './stored-layout.js';

const crashId = 'de1bb258-cbbf-4589-a673-34f800160918';
const other = 'de1bb258-cbbf-4589-a673-34f901160918';
const message = singleCrashMessage({
  crashId,
  key: stagedEnvelopeKey(crashId),
  size: 624_640,
  verdict: 'accept',
});
const wire = {
  v: 1,
  crash_id: crashId,
  key: `v1/envelope/20160918/${crashId}`,
  size: 624_640,
  throttle: 'accept',
};

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const batch: IntakeMessage = {
  key: stagedBatchKey([crashId, other]),
  size: 5000,
  crashes: [
    {
      crashId,
      offset: 0,
      size: 2000,
      verdict: 'accept',
      trace: { traceparent, tracestate: 'a=b' },
    },
    { crashId: other, offset: 2000, size: 3000, verdict: 'defer', trace: {} },
  ],
};
const wireCrashes = [
  { crash_id: crashId, offset: 0, size: 2000, throttle: 'accept', traceparent, tracestate: 'a=b' },
  { crash_id: other, offset: 2000, size: 3000, throttle: 'defer' },
] as const;
const wireBatch = { v: 2, key: batch.key, size: 5000, crashes: wireCrashes };

const parseWire = (changes: Record<string, unknown>): IntakeMessage =>
  parseIntakeMessage(JSON.stringify({ ...wire, ...changes }));

const parseWireBatch = (changes: Record<string, unknown>): IntakeMessage =>
  parseIntakeMessage(JSON.stringify({ ...wireBatch, ...changes }));

const invalid = expect.objectContaining({ code: 'invalid_message', retryable: false });

/** The wire's list with a change of its second crash. */
const withSecond = (changes: Record<string, unknown>) => ({
  crashes: [wireCrashes[0], { ...wireCrashes[1], ...changes }],
});

/** The wire of a valid batch of this many crashes of no bytes. */
function batchOf(count: number): Record<string, unknown> {
  const ids = Array.from(
    { length: count },
    (_, n) => `${String(n).padStart(8, '0')}${other.slice(8)}`,
  );
  const crashes = ids.map((id) => ({ crash_id: id, offset: 0, size: 0, throttle: 'defer' }));
  return { key: stagedBatchKey(ids), size: 0, crashes };
}

describe('serializeIntakeMessage', () => {
  it('says of a probe that it is one', () => {
    const probe = { ...message, probe: true } as const;
    expect(JSON.parse(serializeIntakeMessage(probe))).toEqual({ ...wire, probe: true });
    expect(parseWire({ probe: true })).toEqual(probe);
    expect(parseWire({ probe: 'yes' })).toEqual(message);
  });

  it('writes the body of the contract', () => {
    expect(JSON.parse(serializeIntakeMessage(message))).toEqual(wire);
    expect(JSON.parse(serializeIntakeMessage(batch))).toEqual(wireBatch);
  });

  it('writes version 1 for a submitted id, and version 2 for a batch of one', () => {
    const submitted = { ...message, key: stagedEnvelopeKey(crashId, 1) };
    expect(serializeIntakeMessage(submitted)).toContain('"v":1');
    const batchOfOne = { ...message, key: stagedBatchKey([crashId]) };
    expect(serializeIntakeMessage(batchOfOne)).toContain('"v":2');
    expect(parseIntakeMessage(serializeIntakeMessage(batchOfOne))).toEqual(batchOfOne);
  });

  it('writes what parseIntakeMessage reads', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.constantFrom('accept', 'defer'), (size, verdict) => {
        const sent = singleCrashMessage({ crashId, key: message.key, size, verdict });
        expect(parseIntakeMessage(serializeIntakeMessage(sent))).toEqual(sent);
      }),
    );
  });

  it('writes batches that parseIntakeMessage reads', () => {
    const crash = fc.record({
      crashId: fc.uuid().map((uuid) => `${uuid.slice(0, 29)}0160918`),
      size: fc.nat(2 ** 40),
      verdict: fc.constantFrom('accept', 'defer'),
      trace: fc.record({ traceparent: fc.string(), tracestate: fc.string() }, { requiredKeys: [] }),
    });
    const crashes = fc.uniqueArray(crash, {
      minLength: 1,
      maxLength: maxBatchCrashes,
      selector: (one) => one.crashId,
    });
    fc.assert(
      fc.property(crashes, (list) => {
        let end = 0;
        const placed = list.map((one) => ({ ...one, offset: (end += one.size) - one.size }));
        const key = stagedBatchKey(list.map((one) => one.crashId));
        const sent: IntakeMessage = { key, size: end, crashes: placed };
        expect(parseIntakeMessage(serializeIntakeMessage(sent))).toEqual(sent);
      }),
    );
  });
});

describe('parseIntakeMessage', () => {
  it('ignores unknown fields', () => {
    expect(parseWire({ region: 'eu', more: [1.5] })).toEqual(message);
    expect(parseWireBatch({ region: 'eu', ...withSecond({ more: [1.5] }) })).toEqual(batch);
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
    ['version 0', { v: 0 }],
    ['a version with a fraction', { v: 2.5 }],
    ['a version that is a string', { v: '1' }],
    ['no crash id', { crash_id: undefined }],
    ['an invalid crash id', { crash_id: '../x', key: '../x' }],
    ['the key of another crash', { key: stagedEnvelopeKey(other) }],
    ['the key of a batch', { key: stagedBatchKey([crashId]) }],
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
    expect(() => parseWire(changes)).toThrow(invalid);
  });

  it('reads a batch of the most crashes', () => {
    expect(parseWireBatch(batchOf(maxBatchCrashes)).crashes).toHaveLength(maxBatchCrashes);
  });

  it.each<[string, Record<string, unknown>]>([
    ['without a list', { crashes: undefined }],
    ['whose list is an object', { crashes: { length: 1 } }],
    ['without crashes', { crashes: [], size: 0 }],
    ['of too many crashes', batchOf(maxBatchCrashes + 1)],
    ['with a crash that is a string', { crashes: [crashId] }],
    ['under the key of one of its envelopes', { key: stagedEnvelopeKey(crashId) }],
    ['under the key of other crashes', { key: stagedBatchKey([crashId]) }],
    ['under the key of another order', { key: stagedBatchKey([other, crashId]) }],
    ['under the key of a stored raw crash', { key: rawCrashKey(crashId) }],
    ['under a key that is only equivalent to the right one', { key: `./${batch.key}` }],
    ['without a key', { key: undefined }],
    ['with an invalid crash id', withSecond({ crash_id: '../x' })],
    ['with a crash id twice', withSecond({ crash_id: crashId })],
    ['with a gap', { ...withSecond({ offset: 2001 }), size: 5001 }],
    ['with an overlap', { ...withSecond({ offset: 1999 }), size: 4999 }],
    ['without an offset', withSecond({ offset: undefined })],
    ['with a negative size', { ...withSecond({ size: -1 }), size: 1999 }],
    ['without a size of a crash', withSecond({ size: undefined })],
    ['with a size above the safe integers', { ...withSecond({ size: 2 ** 53 }), size: 2 ** 53 }],
    ['that is longer than its crashes', { size: 5001 }],
    ['that is shorter than its crashes', { size: 4999 }],
    ['without a size', { size: undefined }],
    ['with an unknown verdict', withSecond({ throttle: 'reject' })],
    ['with a trace context that is not a string', withSecond({ traceparent: 1 })],
    ['with a trace state that is not a string', withSecond({ tracestate: {} })],
  ])('refuses a batch %s', (_case, changes) => {
    expect(() => parseWireBatch(changes)).toThrow(invalid);
  });

  it.each([3, 4, 1000])('tells version %i, which a newer crashmover reads, from nonsense', (v) => {
    const unknown = expect.objectContaining({ code: 'unknown_version', retryable: true });
    expect(() => parseWire({ v })).toThrow(unknown);
    expect(() => parseIntakeMessage(JSON.stringify({ v }))).toThrow(unknown);
  });

  it.each(['', '{', 'null', '[]', '1', '"text"', '{}'])('refuses the body %j', (body) => {
    expect(() => parseIntakeMessage(body)).toThrow(IntakeMessageError);
  });

  it('refuses a body of 200,000 nested arrays', () => {
    expect(() => parseIntakeMessage('['.repeat(200_000))).toThrow(IntakeMessageError);
  });

  it('throws only IntakeMessageError', () => {
    const fields = { crash_id: fc.jsonValue(), key: fc.jsonValue(), size: fc.nat() };
    const bodies = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.record({ v: fc.constant(1), ...fields }).map((one) => JSON.stringify(one)),
      fc
        .record({ v: fc.constant(2), ...fields, crashes: fc.array(fc.jsonValue()) })
        .map((one) => JSON.stringify(one)),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        expect(() => parseIntakeMessage(body)).toThrow(IntakeMessageError);
      }),
    );
  });
});

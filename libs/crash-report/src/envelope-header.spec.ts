import { describe, expect, it } from '@jest/globals';
import { anEnvelopeHeader, buildEnvelope } from '../test/envelope-builder.js';
import { endMarkerBytes, endsWithEndMarker, headerLine } from './envelope-format.js';
import { EnvelopeError } from './envelope-format.js';
import { readEnvelopeHeader } from './envelope-header.js';

const bytes = buildEnvelope({
  header: anEnvelopeHeader,
  dumps: [{ name: 'a', chunks: [Buffer.alloc(5000, 'x')] }],
  rawCrash: Buffer.from('{}'),
});

/** A first line with some fields changed. */
function withFields(changes: Record<string, unknown>): Buffer {
  const fields = JSON.parse(headerLine(anEnvelopeHeader).toString()) as object;
  return Buffer.from(`${JSON.stringify({ ...fields, ...changes }).padEnd(1023)}\n`);
}

describe('readEnvelopeHeader', () => {
  it('needs only the first line', () => {
    expect(readEnvelopeHeader(bytes.subarray(0, 1024))).toEqual(anEnvelopeHeader);
  });

  it('leaves out missing trace context', () => {
    const { crashId, verdict, receivedAt } = anEnvelopeHeader;
    const header = { crashId, verdict, receivedAt };
    expect(readEnvelopeHeader(headerLine(header))).toStrictEqual(header);
  });

  it('says whether the crash id was submitted', () => {
    const header = { ...anEnvelopeHeader, idSubmitted: true } as const;
    expect(readEnvelopeHeader(headerLine(header))).toStrictEqual(header);
    expect(readEnvelopeHeader(withFields({ id_submitted: 'yes' }))).toEqual(anEnvelopeHeader);
  });

  it('says whether it is a probe', () => {
    const header = { ...anEnvelopeHeader, probe: true } as const;
    expect(readEnvelopeHeader(headerLine(header))).toStrictEqual(header);
    expect(readEnvelopeHeader(withFields({ probe: 'yes' }))).toEqual(anEnvelopeHeader);
  });

  it('ignores unknown fields', () => {
    expect(readEnvelopeHeader(withFields({ region: 'eu' }))).toEqual(anEnvelopeHeader);
  });

  it.each<[string, Buffer]>([
    ['nothing', Buffer.alloc(0)],
    ['a line that is cut short', bytes.subarray(0, 1023)],
    ['a line that was never patched', Buffer.from(`${' '.repeat(1023)}\n`)],
    [
      'a line of another width',
      Buffer.from(headerLine(anEnvelopeHeader).toString().replace('  ', ' ')),
    ],
    ['another version', withFields({ antenna_envelope: 2 })],
    ['no crash id', withFields({ crash_id: undefined })],
    ['a crash id that is not valid', withFields({ crash_id: '../x' })],
    ['an unknown verdict', withFields({ throttle: 'reject' })],
    ['a time that is not valid', withFields({ received_at: '2024-13-45T99:99:99Z' })],
    ['a trace context that is not a string', withFields({ traceparent: 1 })],
    ['null', Buffer.from(`${'null'.padEnd(1023)}\n`)],
    ['bytes that are not UTF-8', Buffer.concat([Buffer.alloc(1023, 0xff), Buffer.from('\n')])],
  ])('refuses %s', (_case, line) => {
    expect(() => readEnvelopeHeader(line)).toThrow(EnvelopeError);
  });
});

describe('endsWithEndMarker', () => {
  it('is true for the end of a complete envelope', () => {
    expect(endsWithEndMarker(bytes)).toBe(true);
    expect(endsWithEndMarker(bytes.subarray(-endMarkerBytes))).toBe(true);
  });

  it('is false when any number of bytes is missing', () => {
    for (let cut = 1; cut <= 200; cut += 1)
      expect(endsWithEndMarker(bytes.subarray(0, -cut))).toBe(false);
  });

  it('is false for zeros, which a file system can leave after a power cut', () => {
    expect(endsWithEndMarker(Buffer.concat([bytes, Buffer.alloc(1)]))).toBe(false);
    expect(endsWithEndMarker(Buffer.alloc(4096))).toBe(false);
    expect(endsWithEndMarker(Buffer.alloc(0))).toBe(false);
  });
});

import { describe, expect, it } from '@jest/globals';

import {
  bodyOf,
  chunksOf,
  PartRecorder,
  split,
  splitInto,
  type SplitOptions,
} from '../test/part-recorder.js';
import { MultipartSplitter } from './multipart-splitter.js';

const kibibyte = 1024;

/** A part whose header lines have exactly that many bytes, line ends included. */
function partWithHeaderBytes(bytes: number): string {
  const disposition = 'Content-Disposition: form-data; name="a"\r\n';
  const filler = `X-Filler: ${'x'.repeat(bytes - disposition.length - 12)}\r\n`;
  return `--sB\r\n${disposition}${filler}\r\nvalue\r\n--sB--\r\n`;
}

describe.each([
  ['as a whole', () => []],
  ['byte by byte', (body: string) => chunksOf(1, body)],
  ['in chunks of 1000 bytes', (body: string) => chunksOf(1000, body)],
])('the limits on a body that arrives %s', (_case, chunkLengthsFor) => {
  const splitWith = (body: string, options: SplitOptions = {}) =>
    split(body, { ...options, chunkLengths: chunkLengthsFor(body) });

  it.each([9 * kibibyte, 16 * kibibyte])('allow %i bytes of headers in a part', (bytes) => {
    expect(splitWith(partWithHeaderBytes(bytes))).toMatchObject([{ name: 'a', data: 'value' }]);
  });

  it.each([16 * kibibyte + 1, 20 * kibibyte])('refuse %i bytes of headers in a part', (bytes) => {
    expect(() => splitWith(partWithHeaderBytes(bytes))).toThrow(
      expect.objectContaining({ reason: 'invalid_payload_structure' }),
    );
  });

  it('apply to the headers of each part separately', () => {
    const part = partWithHeaderBytes(9 * kibibyte).replace('--sB--\r\n', '');
    expect(splitWith(`${part.repeat(10)}--sB--`)).toHaveLength(10);
  });

  it('allow the maximum number of parts', () => {
    const body = bodyOf(['a', '1'], ['b', '2'], ['c', '3']);
    expect(splitWith(body, { maxParts: 3 })).toHaveLength(3);
  });

  it('refuse the first part beyond the maximum before it begins', () => {
    const recorder = new PartRecorder();
    const body = bodyOf(['a', '1'], ['b', '2'], ['c', '3']);
    expect(() =>
      splitInto(recorder, body, { maxParts: 2, chunkLengths: chunkLengthsFor(body) }),
    ).toThrow(expect.objectContaining({ reason: 'too_many_parts' }));
    expect(recorder.parts.map(({ name, ended }) => [name, ended])).toEqual([
      ['a', true],
      ['b', true],
    ]);
  });
});

describe('endless headers', () => {
  it('are refused while they arrive', () => {
    const splitter = new MultipartSplitter(Buffer.from('sB'), new PartRecorder(), {
      maxParts: 1,
      maxPartHeaderBytes: kibibyte,
    });
    splitter.write(Buffer.from(`--sB\r\nX-Filler: ${'x'.repeat(kibibyte - 12)}`));
    expect(() => splitter.write(Buffer.from('xxxxxxxx'))).toThrow(
      expect.objectContaining({ reason: 'invalid_payload_structure' }),
    );
  });
});

describe('a large body', () => {
  it('can have 20,000 tiny parts', () => {
    const fields = Array.from({ length: 20_000 }, (_, index) => [`n${index}`, `${index}`] as const);
    const body = bodyOf(...fields);
    const chunkLengths = chunksOf(64 * kibibyte, body);
    const parts = split(body, { maxParts: 20_000, chunkLengths });
    expect(parts.map(({ name, data }) => [name, data])).toEqual(fields);
  });

  it.each([
    ['almost-boundaries', '\r\n--s'],
    ['boundaries that continue', '\r\n--sBx'],
    ['boundaries with one dash', '\r\n--sB-'],
    ['boundaries that continue after line feeds', '\n--sBx'],
    ['line feeds', '\n'],
    ['carriage returns', '\r'],
    ['line ends', '\r\n'],
    ['dashes', '-'],
  ])('can contain 25 MB of %s, passed on in few chunks', (_case, unit) => {
    const payload = Buffer.from(unit.repeat(Math.ceil(25_000_000 / unit.length)), 'latin1');
    const handed = { calls: 0, bytes: 0, equal: true };
    const chunkBytes = 64 * kibibyte;
    const body = Buffer.concat([
      Buffer.from('--sB\r\nContent-Disposition: form-data; name=dump\r\n\r\n'),
      payload,
      Buffer.from('\r\n--sB--'),
    ]);
    const splitter = new MultipartSplitter(
      Buffer.from('sB'),
      {
        partBegin: () => {},
        partData: (data) => {
          handed.equal &&= data.equals(payload.subarray(handed.bytes, handed.bytes + data.length));
          handed.bytes += data.length;
          handed.calls += 1;
        },
        partEnd: () => {},
      },
      { maxParts: 1, maxPartHeaderBytes: kibibyte },
    );
    for (let at = 0; at < body.length; at += chunkBytes)
      splitter.write(body.subarray(at, at + chunkBytes));
    splitter.end();
    expect(handed).toMatchObject({ bytes: payload.length, equal: true });
    expect(handed.calls).toBeLessThanOrEqual(3 * Math.ceil(body.length / chunkBytes));
  });
});

import { crc32 } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { anEnvelopeHeader, buildEnvelope, MemorySink } from '../test/envelope-builder.js';
import type { EnvelopeHeader } from './envelope-format.js';
import { readEnvelope } from './envelope-reader.js';
import { EnvelopeWriter } from './envelope-writer.js';

const hexCrc = (bytes: Buffer | string): string => crc32(bytes).toString(16).padStart(8, '0');

/** The parsed first line for a header. */
function writtenHeader(header: EnvelopeHeader): Record<string, unknown> {
  const bytes = buildEnvelope({ header, dumps: [], rawCrash: Buffer.from('{}') });
  expect(bytes[1023]).toBe(0x0a);
  return JSON.parse(bytes.subarray(0, 1024).toString()) as Record<string, unknown>;
}

describe('EnvelopeWriter', () => {
  it('writes the format of the contract', () => {
    const dump = Buffer.from('MDMP\n\0{');
    const rawCrash = Buffer.from('{"uuid":"x"}');
    const bytes = buildEnvelope({
      header: anEnvelopeHeader,
      dumps: [{ name: 'upload_file_minidump', chunks: [dump.subarray(0, 3), dump.subarray(3)] }],
      rawCrash,
    });

    const header =
      '{"antenna_envelope":1,"crash_id":"de1bb258-cbbf-4589-a673-34f800160918","throttle":"accept",' +
      '"received_at":"2016-09-18T07:08:09.123Z",' +
      '"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","tracestate":"vendor=value"}';
    const firstLine = `${header.padEnd(1023)}\n`;
    const dumpHeader = `{"type":"dump","name":"upload_file_minidump","length":7,"crc32":"${hexCrc(dump)}"}`;
    const dumpLine = `${dumpHeader.padEnd(127)}\n`;
    const rawCrashLine = `{"type":"raw_crash","length":12,"crc32":"${hexCrc(rawCrash)}"}\n`;
    const linesCrc = hexCrc(`${firstLine}${dumpLine}${rawCrashLine}`);
    expect(bytes.toString()).toBe(
      `${firstLine}${dumpLine}${dump.toString()}\n${rawCrashLine}${rawCrash.toString()}\n` +
        `{"type":"end","items":2,"headers_crc32":"${linesCrc}"}\n`,
    );
  });

  it('returns its size at every step', () => {
    const sink = new MemorySink();
    const writer = new EnvelopeWriter(sink);
    const sizes = [writer.size];
    writer.startDump('a');
    sizes.push(writer.size);
    writer.writeDump(Buffer.alloc(10));
    writer.endDump();
    sizes.push(writer.size);
    writer.finish(anEnvelopeHeader, [Buffer.from('{}')]);
    expect(sizes).toEqual([1024, 1024 + 128, 1024 + 128 + 11]);
    expect(writer.size).toBe(sink.bytes().length);
  });

  it('passes chunks on without copies, unless they are small', () => {
    const sink = new MemorySink();
    const chunk = Buffer.alloc(1024, 'd');
    const rawCrash = Buffer.from('{}');
    buildEnvelope(
      { header: anEnvelopeHeader, dumps: [{ name: 'a', chunks: [chunk] }], rawCrash },
      sink,
    );
    expect(sink.chunks.filter((bytes) => bytes === chunk || bytes === rawCrash)).toHaveLength(2);
  });

  it('collects small chunks of a dump into a few buffers, in their order', () => {
    const sink = new MemorySink();
    const bytes = Buffer.from(Array.from({ length: 50_000 }, (_, index) => index % 251));
    const single = Array.from(bytes.keys(), (at) => bytes.subarray(at, at + 1));
    const large = Buffer.alloc(2000, 'L');
    const envelope = buildEnvelope(
      {
        header: anEnvelopeHeader,
        dumps: [{ name: 'a', chunks: [...single, large, ...single] }],
        rawCrash: Buffer.from('{}'),
      },
      sink,
    );
    expect(sink.chunks.length).toBeLessThan(20);
    expect(
      readEnvelope(envelope).dumps[0]?.bytes.equals(Buffer.concat([bytes, large, bytes])),
    ).toBe(true);
  });

  it('takes the raw crash in pieces', () => {
    const sink = new MemorySink();
    const writer = new EnvelopeWriter(sink);
    writer.finish(anEnvelopeHeader, [Buffer.from('{"A"'), Buffer.from(':"b"'), Buffer.from('}')]);
    expect(readEnvelope(sink.bytes()).rawCrash.toString()).toBe('{"A":"b"}');
  });

  it('writes no valid envelope before finish', () => {
    const sink = new MemorySink();
    const writer = new EnvelopeWriter(sink);
    writer.startDump('a');
    expect(sink.bytes().toString().trim()).toBe('');
    writer.endDump();
    expect(sink.bytes().subarray(0, 1024).toString().trim()).toBe('');
  });

  it('patches the first line last', () => {
    const sink = new MemorySink();
    const dumps = [{ name: 'a', chunks: [] }];
    buildEnvelope({ header: anEnvelopeHeader, dumps, rawCrash: Buffer.from('{}') }, sink);
    expect(sink.patches.map(({ position, bytes }) => [position, bytes.length])).toEqual([
      [1024, 128],
      [0, 1024],
    ]);
  });

  it('lets a sink patch the buffers that it kept', () => {
    const first = new MemorySink();
    buildEnvelope({ header: anEnvelopeHeader, dumps: [], rawCrash: Buffer.from('{}') }, first);
    first.chunks[0]?.fill('x');
    const second = new MemorySink();
    expect(new EnvelopeWriter(second).size).toBe(1024);
    expect(second.bytes().toString().trim()).toBe('');
  });
});

describe('a first line that is too long', () => {
  it('leaves out tracestate first', () => {
    const fields = writtenHeader({ ...anEnvelopeHeader, tracestate: 'é'.repeat(450) });
    expect(fields).not.toHaveProperty('tracestate');
    expect(fields).toHaveProperty('traceparent', anEnvelopeHeader.traceparent);
  });

  it('leaves out traceparent next', () => {
    const fields = writtenHeader({ ...anEnvelopeHeader, traceparent: '"'.repeat(500) });
    expect(fields).not.toHaveProperty('traceparent');
    expect(fields).toHaveProperty('crash_id', anEnvelopeHeader.crashId);
  });

  it('can fill the line up to the newline', () => {
    const rest =
      1023 - JSON.stringify(writtenHeader({ ...anEnvelopeHeader, tracestate: '' })).length;
    expect(writtenHeader({ ...anEnvelopeHeader, tracestate: 'x'.repeat(rest) })).toHaveProperty(
      'tracestate',
    );
    expect(
      writtenHeader({ ...anEnvelopeHeader, tracestate: 'x'.repeat(rest + 1) }),
    ).not.toHaveProperty('tracestate');
  });
});

describe('misuse of EnvelopeWriter', () => {
  const rawCrash = Buffer.from('{}');

  it.each<[string, (writer: EnvelopeWriter) => void]>([
    ['writing without a dump', (writer) => writer.writeDump(rawCrash)],
    ['ending without a dump', (writer) => writer.endDump()],
    ['a dump in a dump', (writer) => [writer.startDump('a'), writer.startDump('b')]],
    [
      'finishing in a dump',
      (writer) => [writer.startDump('a'), writer.finish(anEnvelopeHeader, [rawCrash])],
    ],
    [
      'writing after a dump',
      (writer) => [writer.startDump('a'), writer.endDump(), writer.writeDump(rawCrash)],
    ],
    ['a reserved dump name', (writer) => writer.startDump('raw_crash')],
    ['an unclean dump name', (writer) => writer.startDump('a"\n')],
    [
      'a dump name used twice',
      (writer) => [writer.startDump('a'), writer.endDump(), writer.startDump('a')],
    ],
    [
      'an invalid crash id',
      (writer) => writer.finish({ ...anEnvelopeHeader, crashId: 'x' }, [rawCrash]),
    ],
    [
      'an invalid time',
      (writer) => writer.finish({ ...anEnvelopeHeader, receivedAt: 'now' }, [rawCrash]),
    ],
    [
      'a time beyond the line',
      (writer) => writer.finish({ ...anEnvelopeHeader, receivedAt: 'x'.repeat(1024) }, [rawCrash]),
    ],
  ])('refuses %s', (_case, misuse) => {
    const writer = new EnvelopeWriter(new MemorySink());
    expect(() => misuse(writer)).toThrow(Error);
  });

  it('refuses everything after finish', () => {
    const writer = new EnvelopeWriter(new MemorySink());
    writer.finish(anEnvelopeHeader, [rawCrash]);
    const { size } = writer;
    expect(() => writer.startDump('a')).toThrow('finished');
    expect(() => writer.finish(anEnvelopeHeader, [rawCrash])).toThrow('finished');
    expect(() => writer.writeDump(rawCrash)).toThrow(Error);
    expect(writer.size).toBe(size);
  });
});

import * as fc from 'fast-check';
import { isDumpName } from '../src/dump-names.js';
import { type EnvelopeHeader, type EnvelopeSink, EnvelopeWriter } from '../src/index.js';

/** Keeps an envelope in memory like the spool: the given buffers, with the patches on top. */
export class MemorySink implements EnvelopeSink {
  readonly chunks: Buffer[] = [];
  readonly patches: { position: number; bytes: Buffer }[] = [];

  append(bytes: Buffer): void {
    this.chunks.push(bytes);
  }

  patch(position: number, bytes: Buffer): void {
    this.patches.push({ position, bytes });
  }

  bytes(): Buffer {
    const all = Buffer.concat(this.chunks);
    for (const { position, bytes } of this.patches) bytes.copy(all, position);
    return all;
  }
}

export const anEnvelopeHeader: EnvelopeHeader = {
  crashId: 'de1bb258-cbbf-4589-a673-34f800160918',
  verdict: 'accept',
  receivedAt: '2016-09-18T07:08:09.123Z',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'vendor=value',
};

interface EnvelopeContent {
  header: EnvelopeHeader;
  dumps: { name: string; chunks: Buffer[] }[];
  rawCrash: Buffer;
}

export function buildEnvelope(content: EnvelopeContent, sink = new MemorySink()): Buffer {
  const writer = new EnvelopeWriter(sink);
  for (const { name, chunks } of content.dumps) {
    writer.startDump(name);
    for (const chunk of chunks) writer.writeDump(chunk);
    writer.endDump();
  }
  writer.finish(content.header, [content.rawCrash]);
  return sink.bytes();
}

const payload = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));

/** Any content of a report: no dumps, empty dumps, payloads that look like lines. */
export const envelopeContents: fc.Arbitrary<EnvelopeContent> = fc.record({
  header: fc.record(
    {
      crashId: hex(5).map((digits) => `de1bb258-cbbf-4589-a673-${digits}1160918`),
      verdict: fc.constantFrom('accept', 'defer'),
      receivedAt: fc.constant(anEnvelopeHeader.receivedAt),
      traceparent: fc.string({ unit: 'grapheme', maxLength: 55 }),
      tracestate: fc.string({ unit: 'binary', maxLength: 100 }),
    },
    { requiredKeys: ['crashId', 'verdict', 'receivedAt'] },
  ),
  dumps: fc.uniqueArray(
    fc.record({
      name: fc.stringMatching(/^[A-Za-z0-9_]{1,30}$/).filter(isDumpName),
      chunks: fc.array(payload, { maxLength: 3 }),
    }),
    { maxLength: 4, selector: ({ name }) => name },
  ),
  rawCrash: fc.oneof(
    payload,
    fc
      .constantFrom('', '{}\n{"type":"end","items":1,"headers_crc32":"00000000"}\n')
      .map((text) => Buffer.from(text)),
  ),
});

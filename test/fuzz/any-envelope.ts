import * as fc from 'fast-check';

import { createCrashId, type EnvelopeSink, EnvelopeWriter } from '#antenna/crash-report';

class BytesSink implements EnvelopeSink {
  private readonly chunks: Buffer[] = [];
  private readonly patches: (readonly [position: number, bytes: Buffer])[] = [];

  append(bytes: Buffer): void {
    this.chunks.push(bytes);
  }

  patch(position: number, bytes: Buffer): void {
    this.patches.push([position, bytes]);
  }

  get bytes(): Buffer {
    const all = Buffer.concat(this.chunks);
    for (const [position, bytes] of this.patches) bytes.copy(all, position);
    return all;
  }
}

const payload = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const receivedAt = new Date('2026-06-15T12:00:00Z');

/** A valid envelope with any payloads. */
export const anyEnvelope: fc.Arbitrary<Buffer> = fc
  .record({
    uuid: fc.uuid({ version: 4 }),
    verdict: fc.constantFrom('accept' as const, 'defer' as const),
    dumps: fc.array(payload, { maxLength: 4 }),
    rawCrash: payload,
  })
  .map(({ uuid, verdict, dumps, rawCrash }) => {
    const sink = new BytesSink();
    const writer = new EnvelopeWriter(sink);
    for (const [index, dump] of dumps.entries()) {
      writer.startDump(`dump_${index}`);
      writer.writeDump(dump);
      writer.endDump();
    }
    const crashId = createCrashId({ now: receivedAt, verdict, randomUuid: () => uuid });
    writer.finish({ crashId, verdict, receivedAt: receivedAt.toISOString() }, [rawCrash]);
    return sink.bytes;
  });

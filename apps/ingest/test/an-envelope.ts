import { EnvelopeWriter } from '#antenna/crash-report';

/** The bytes of a complete envelope with one dump. */
export function anEnvelope(crashId: string, dump: Buffer = Buffer.from('MDMP')): Buffer {
  const chunks: Buffer[] = [];
  const writer = new EnvelopeWriter({
    append: (bytes) => void chunks.push(Buffer.from(bytes)),
    patch: (position, bytes) => {
      let start = 0;
      for (const chunk of chunks) {
        if (start === position) bytes.copy(chunk);
        start += chunk.length;
      }
    },
  });
  writer.startDump('upload_file_minidump');
  writer.writeDump(dump);
  writer.endDump();
  writer.finish({ crashId, verdict: 'accept', receivedAt: '2026-01-01T00:00:00.000Z' }, [
    Buffer.from('{}'),
  ]);
  return Buffer.concat(chunks);
}

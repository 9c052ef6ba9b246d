import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { createCrashId, EnvelopeWriter } from '#antenna/crash-report';

/** Writes what an ingest that was stopped five minutes ago left in its spool. Returns the crash id. */
export async function spoolOldEnvelope(
  spool: string,
  { traceId, spanId }: { readonly traceId: string; readonly spanId: string },
): Promise<string> {
  const receivedAt = new Date(Date.now() - 5 * 60_000);
  const crashId = createCrashId({ now: receivedAt, verdict: 'accept' });
  const chunks: Buffer[] = [];
  const offsets = new Map<number, Buffer>();
  let size = 0;
  const writer = new EnvelopeWriter({
    append: (bytes) => {
      chunks.push(Buffer.from(bytes));
      size += bytes.length;
    },
    patch: (position, bytes) => offsets.set(position, bytes),
  });
  writer.finish(
    {
      crashId,
      verdict: 'accept',
      receivedAt: receivedAt.toISOString(),
      traceparent: `00-${traceId}-${spanId}-01`,
    },
    [Buffer.from('{"metadata":{"dump_checksums":{}}}')],
  );
  const file = Buffer.concat(chunks, size);
  for (const [position, bytes] of offsets) bytes.copy(file, position);
  await mkdir(join(spool, 'envelopes'), { recursive: true });
  await writeFile(join(spool, 'envelopes', `${crashId}.envelope`), file);
  return crashId;
}

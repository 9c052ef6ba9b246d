import { open } from 'node:fs/promises';

import type { BlobStore } from '#antenna/blob-store';
import {
  type EnvelopeHeader,
  envelopeHeaderBytes,
  readEnvelopeHeader,
  serializeIntakeMessage,
  stagedEnvelopeKey,
} from '#antenna/crash-report';
import type { MessageQueue, SendResult } from '#antenna/message-queue';

import type { SpooledEnvelope } from '../spool/spooled-envelope.js';

/** An envelope that is in the staging store and must now be announced. */
export interface Shipment {
  readonly envelope: SpooledEnvelope;
  readonly header: EnvelopeHeader;
  readonly key: string;
}

export async function stage(envelope: SpooledEnvelope, staging: BlobStore): Promise<Shipment> {
  const header = await readHeader(envelope.path);
  const key = stagedEnvelopeKey(header.crashId);
  await staging.put(key, { path: envelope.path, size: envelope.size });
  return { envelope, header, key };
}

export async function announce(
  shipments: readonly Shipment[],
  intake: MessageQueue,
): Promise<readonly SendResult[]> {
  return await intake.send(
    shipments.map(({ envelope, header, key }) => ({
      body: serializeIntakeMessage({
        crashId: header.crashId,
        key,
        size: envelope.size,
        verdict: header.verdict,
      }),
      attributes: traceContext(header),
    })),
  );
}

async function readHeader(path: string): Promise<EnvelopeHeader> {
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(envelopeHeaderBytes);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return readEnvelopeHeader(bytes.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

/** W3C trace context, as the message attributes that every consumer of the queue understands. */
function traceContext(header: EnvelopeHeader): Record<string, string> {
  return {
    ...(header.traceparent !== undefined && { traceparent: header.traceparent }),
    ...(header.tracestate !== undefined && { tracestate: header.tracestate }),
  };
}

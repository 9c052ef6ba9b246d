import { type FileHandle, open } from 'node:fs/promises';

import type { BlobStore } from '#antenna/blob-store';
import {
  EnvelopeError,
  type EnvelopeHeader,
  envelopeHeaderBytes,
  readEnvelopeHeader,
  serializeIntakeMessage,
  stagedEnvelopeKey,
} from '#antenna/crash-report';
import type { MessageQueue, SendResult } from '#antenna/message-queue';
import { isError } from '#antenna/telemetry';

import type { SpooledEnvelope } from '../spool/spooled-envelope.js';

/** An envelope that is in the staging store and must now be announced. */
export interface Shipment {
  readonly envelope: SpooledEnvelope;
  readonly header: EnvelopeHeader;
  readonly key: string;
}

/** The envelope's file is damaged or gone: no further attempt can ship it. */
export class UnshippableEnvelopeError extends Error {
  override readonly name = 'UnshippableEnvelopeError';
}

/** @throws UnshippableEnvelopeError, or what the store or the disk says. */
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
  const file = await opened(path);
  try {
    const bytes = Buffer.alloc(envelopeHeaderBytes);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    return readEnvelopeHeader(bytes.subarray(0, bytesRead));
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error;
    throw new UnshippableEnvelopeError(`damaged: ${error.message}`, { cause: error });
  } finally {
    await file.close();
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (!(isError(error) && 'code' in error && error.code === 'ENOENT')) throw error;
    throw new UnshippableEnvelopeError('its file is gone', { cause: error });
  }
}

/** W3C trace context, as the message attributes that every consumer of the queue understands. */
function traceContext(header: EnvelopeHeader): Record<string, string> {
  return {
    ...(header.traceparent !== undefined && { traceparent: header.traceparent }),
    ...(header.tracestate !== undefined && { tracestate: header.tracestate }),
  };
}

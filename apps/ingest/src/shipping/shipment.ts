import type { FileHandle } from 'node:fs/promises';

import { type Context, context, type Span } from '@opentelemetry/api';
import { ATTR_MESSAGING_MESSAGE_ID } from '@opentelemetry/semantic-conventions/incubating';

import type { BlobStore } from '#antenna/blob-store';
import {
  EnvelopeError,
  type EnvelopeHeader,
  envelopeHeaderBytes,
  readEnvelopeHeader,
  serializeIntakeMessage,
  singleCrashMessage,
  stagedEnvelopeKey,
} from '#antenna/crash-report';
import { isError, systemCode } from '#antenna/errors';
import type { MessageQueue, OutgoingMessage, SendResult } from '#antenna/message-queue';
import { markFailed, openSendSpan, type OpenSpan, type TraceCarrier } from '#antenna/telemetry';

import { openEnvelope } from '../spool/open-envelope.js';
import type { SpooledEnvelope } from '../spool/waiting-envelopes.js';
import { openShipSpan } from './ship-span.js';

/** An envelope that is in the staging store and must be announced. */
export interface Shipment {
  readonly envelope: SpooledEnvelope;
  readonly header: EnvelopeHeader;
  readonly key: string;
  /** The caller of `stage` must end its span. */
  readonly trace: OpenSpan;
}

/** The envelope's file is damaged, missing or not a file any more, so no further attempt can ship it. */
export class UnshippableEnvelopeError extends Error {
  override readonly name = 'UnshippableEnvelopeError';
}

/** The store did not take the envelope; a retry may succeed. */
export class StagingError extends Error {
  override readonly name = 'StagingError';

  /** @param context the trace of the attempt */
  constructor(
    readonly context: Context,
    cause: unknown,
  ) {
    super(isError(cause) ? cause.message : String(cause), { cause });
  }
}

/** @throws UnshippableEnvelopeError, StagingError, or an error of the file system */
export async function stage(envelope: SpooledEnvelope, staging: BlobStore): Promise<Shipment> {
  const header = await readHeader(envelope.path);
  const { crashId, idSubmitted, receivedAt } = header;
  const key = stagedEnvelopeKey(crashId, idSubmitted && Date.parse(receivedAt));
  const trace = openShipSpan(header);
  try {
    const body = { path: envelope.path, size: envelope.size };
    await context.with(trace.context, async () => await staging.put(key, body));
    return { envelope, header, key, trace };
  } catch (error) {
    markFailed(trace.span, error);
    trace.span.end();
    throw new StagingError(trace.context, error);
  }
}

/** Sends each message in its own span and with the context of that span. */
export async function announce(
  shipments: readonly Shipment[],
  intake: MessageQueue,
): Promise<readonly SendResult[]> {
  const spans = shipments.map(({ trace }) => openSendSpan(intake, { parent: trace.context }));
  try {
    const results = await intake.send(
      shipments.map((shipment, index) => announcement(shipment, spans[index]?.carrier)),
    );
    spans.forEach(({ span }, index) => markSent(span, results[index]));
    return results;
  } catch (error) {
    for (const { span } of spans) markFailed(span, error);
    throw error;
  } finally {
    for (const { span } of spans) span.end();
  }
}

function announcement(
  { envelope, header, key }: Shipment,
  carrier: TraceCarrier = {},
): OutgoingMessage {
  const { crashId, verdict } = header;
  return {
    body: serializeIntakeMessage(
      singleCrashMessage({ crashId, key, size: envelope.size, verdict }),
    ),
    attributes: { ...traceContext(header), ...carrier },
  };
}

function markSent(span: Span, result: SendResult | undefined): void {
  if (result?.ok === true) span.setAttribute(ATTR_MESSAGING_MESSAGE_ID, result.messageId);
  else markFailed(span, result?.code ?? 'no result');
}

async function readHeader(path: string): Promise<EnvelopeHeader> {
  const file = await openFile(path);
  try {
    if (!(await file.stat()).isFile()) throw new UnshippableEnvelopeError(notAFile);
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

const notAFile = 'not a regular file';
/** What open(2) says of a missing file, a link, and a socket. */
const unshippable = new Map([
  ['ENOENT', 'its file is missing'],
  ['ELOOP', notAFile],
  ['ENXIO', notAFile],
]);

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await openEnvelope(path);
  } catch (error) {
    const reason = unshippable.get(systemCode(error) ?? '');
    if (reason === undefined) throw error;
    throw new UnshippableEnvelopeError(reason, { cause: error });
  }
}

/** W3C trace context in the usual message attributes. */
function traceContext(header: EnvelopeHeader): Record<string, string> {
  return {
    ...(header.traceparent !== undefined && { traceparent: header.traceparent }),
    ...(header.tracestate !== undefined && { tracestate: header.tracestate }),
  };
}

import { type Context, context, ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { ATTR_MESSAGING_MESSAGE_ID } from '@opentelemetry/semantic-conventions/incubating';

import type { BlobStore } from '#antenna/blob-store';
import {
  type EnvelopeHeader,
  type IntakeMessage,
  serializeIntakeMessage,
  singleCrashMessage,
  stagedBatchKey,
  stagedEnvelopeKey,
} from '#antenna/crash-report';
import type { MessageQueue, SendResult } from '#antenna/message-queue';
import {
  carrierOf,
  markFailed,
  openSendSpan,
  openSpan,
  type OpenSpan,
  type TraceCarrier,
} from '#antenna/telemetry';

import type { SpooledEnvelope } from '../spool/waiting-envelopes.js';
import type { CheckedEnvelope } from './checked-envelope.js';
import { openShipSpan } from './ship-span.js';

/** What is staged as one object and announced by one message: an envelope, or several one after the other. */
export interface Shipment {
  readonly key: string;
  readonly envelopes: readonly CheckedEnvelope[];
}

/**
 * Puts the envelopes that may be joined into one shipment, and the others each into its own: also a submitted id, which
 * several envelopes can have.
 * @param mayJoin not one that failed before, so that it does not delay others
 */
export function shipmentsOf(
  checked: readonly CheckedEnvelope[],
  mayJoin: (envelope: SpooledEnvelope) => boolean,
): Shipment[] {
  const joined = new Map<string, CheckedEnvelope>();
  const alone: CheckedEnvelope[] = [];
  for (const one of checked) {
    const { crashId, idSubmitted } = one.header;
    if (idSubmitted !== true && mayJoin(one.envelope) && !joined.has(crashId))
      joined.set(crashId, one);
    else alone.push(one);
  }
  if (joined.size > 1) return [batchOf([...joined.values()]), ...alone.map(single)];
  return checked.map(single);
}

function batchOf(envelopes: readonly CheckedEnvelope[]): Shipment {
  return { key: stagedBatchKey(envelopes.map(({ header }) => header.crashId)), envelopes };
}

function single(checked: CheckedEnvelope): Shipment {
  const { crashId, idSubmitted, receivedAt } = checked.header;
  const key = stagedEnvelopeKey(crashId, idSubmitted && Date.parse(receivedAt));
  return { key, envelopes: [checked] };
}

/** One attempt at a shipment, with its spans. The caller must call `end`. */
export class Attempt {
  /** One for each envelope, in the trace of its request. */
  private readonly ships: readonly OpenSpan[];
  /** Around the calls: the span of the only envelope, or one of its own, which has links to those of the envelopes. */
  private readonly calls: OpenSpan;
  private readonly batch: OpenSpan | undefined;

  constructor(readonly shipment: Shipment) {
    this.ships = shipment.envelopes.map(({ header }) => openShipSpan(header));
    const [only] = this.ships;
    if (only && this.ships.length === 1) {
      this.calls = only;
      return;
    }
    this.batch = openSpan('ship batch', { parent: ROOT_CONTEXT, links: this.contexts });
    this.calls = this.batch;
  }

  /** @throws BlobStoreError */
  async stage(staging: BlobStore): Promise<void> {
    const { key, envelopes } = this.shipment;
    const files = envelopes.map(({ envelope: { path, size } }) => ({ path, size }));
    const [only] = files;
    const body = only && files.length === 1 ? only : files;
    await context.with(this.calls.context, async () => await staging.put(key, body));
  }

  /** The trace in which a problem of the envelope is logged. */
  contextOf(index: number): Context {
    return this.ships[index]?.context ?? context.active();
  }

  /** Opens the span of sending the message. */
  openSend(intake: MessageQueue): ReturnType<typeof openSendSpan> {
    const links = this.batch === undefined ? [] : this.contexts;
    return openSendSpan(intake, { parent: this.calls.context, links });
  }

  message(carrier: TraceCarrier): { body: string; attributes: TraceCarrier } {
    const { key, envelopes } = this.shipment;
    const [only] = envelopes;
    if (this.batch !== undefined || !only)
      return { body: serializeIntakeMessage(this.batchMessage()), attributes: carrier };
    const { crashId, verdict } = only.header;
    const message = singleCrashMessage({ crashId, key, size: only.envelope.size, verdict });
    return {
      body: serializeIntakeMessage(message),
      attributes: { ...traceContext(only.header), ...carrier },
    };
  }

  markFailed(error: unknown): void {
    for (const { span } of this.spans) markFailed(span, error);
  }

  end(): void {
    for (const { span } of this.spans) span.end();
  }

  private batchMessage(): IntakeMessage {
    const { key, envelopes } = this.shipment;
    let end = 0;
    const crashes = envelopes.map(({ envelope: { size }, header }, index) => {
      const trace = { ...traceContext(header), ...carrierOf(this.contextOf(index)) };
      const offset = end;
      end += size;
      return { crashId: header.crashId, offset, size, verdict: header.verdict, trace };
    });
    return { key, size: end, crashes };
  }

  private get contexts(): Context[] {
    return this.ships.map((ship) => ship.context);
  }

  private get spans(): readonly OpenSpan[] {
    return this.batch === undefined ? this.ships : [...this.ships, this.batch];
  }
}

/** Sends each message in its own span and with the context of that span. */
export async function announce(
  attempts: readonly Attempt[],
  intake: MessageQueue,
): Promise<readonly SendResult[]> {
  const spans = attempts.map((attempt) => attempt.openSend(intake));
  try {
    const results = await intake.send(
      attempts.map((attempt, index) => attempt.message(spans[index]?.carrier ?? {})),
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

function markSent(span: Span, result: SendResult | undefined): void {
  if (result?.ok === true) span.setAttribute(ATTR_MESSAGING_MESSAGE_ID, result.messageId);
  else markFailed(span, result?.code ?? 'no result');
}

/** W3C trace context in the usual message attributes. */
function traceContext({ traceparent, tracestate }: EnvelopeHeader): TraceCarrier {
  return {
    ...(traceparent !== undefined && { traceparent }),
    ...(tracestate !== undefined && { tracestate }),
  };
}

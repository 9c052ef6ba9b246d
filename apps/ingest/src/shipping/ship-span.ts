import { ROOT_CONTEXT } from '@opentelemetry/api';

import type { EnvelopeHeader } from '#antenna/crash-report';
import { contextFrom, openSpan, type OpenSpan } from '#antenna/telemetry';

/** A trace of several hours is unreadable, so shipping after an outage or a restart begins a new one. */
const sameTraceForMs = 60_000;

/** Opens the span of one attempt to ship, in the trace of the request; a late one has a new trace with a link. */
export function openShipSpan(
  { crashId, receivedAt, traceparent, tracestate }: EnvelopeHeader,
  now = Date.now(),
): OpenSpan {
  const received = contextFrom({ traceparent, tracestate });
  const isLate = now - Date.parse(receivedAt) > sameTraceForMs;
  return openSpan('ship', {
    crashId,
    ...(isLate ? { parent: ROOT_CONTEXT, links: [received] } : { parent: received }),
  });
}

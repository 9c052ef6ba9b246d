import { ROOT_CONTEXT } from '@opentelemetry/api';

import type { EnvelopeHeader } from '#antenna/crash-report';
import { contextFrom, openSpan, type OpenSpan } from '#antenna/telemetry';

/** A trace that goes on for hours can be read by nobody: after an outage or a restart a new one begins. */
const sameTraceForMs = 60_000;

/** Begins the span of one attempt to ship: in the trace of the request, or later in a new one with a link to it. */
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

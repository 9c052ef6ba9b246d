import { type Context, ROOT_CONTEXT, context } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

/** `traceparent` and `tracestate` as text: in an HTTP header, in an envelope, as message attributes. */
export type TraceCarrier = Readonly<Record<string, string>>;

// Not the global propagator: files and queues carry W3C trace context whatever OTEL_PROPAGATORS says, and never
// the baggage, which a client fills with what it likes.
const propagator = new W3CTraceContextPropagator();

/** The trace context to hand on; empty outside of a trace. */
export function carrierOf(current: Context = context.active()): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagator.inject(current, carrier, {
    set: (into, key, value) => {
      into[key] = value;
    },
  });
  return carrier;
}

/** A context whose parent span is the one that the carrier names; a root context when it names none. */
export function contextFrom(carrier: Readonly<Record<string, unknown>>): Context {
  const { traceparent, tracestate } = carrier;
  if (typeof traceparent !== 'string') return ROOT_CONTEXT;
  const texts = { traceparent, ...(typeof tracestate === 'string' && { tracestate }) };
  return propagator.extract(ROOT_CONTEXT, texts, {
    get: (from, key) => Reflect.get(from, key) as string | undefined,
    keys: (from) => Object.keys(from),
  });
}

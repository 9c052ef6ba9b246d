import { type Context, ROOT_CONTEXT, context } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

/** `traceparent` and `tracestate` as strings: in an HTTP header, an envelope, or message attributes. */
export type TraceCarrier = Readonly<Record<string, string>>;

// Not the global propagator: files and queues always carry W3C trace context, independent of OTEL_PROPAGATORS, and
// never the baggage, which the client controls.
const propagator = new W3CTraceContextPropagator();

/** The trace context to pass on; empty outside a trace. */
export function carrierOf(current: Context = context.active()): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagator.inject(current, carrier, {
    set: (into, key, value) => {
      into[key] = value;
    },
  });
  return carrier;
}

/** A context whose parent is the span in the carrier; a root context if the carrier has none. */
export function contextFrom(carrier: Readonly<Record<string, unknown>>): Context {
  const { traceparent, tracestate } = carrier;
  if (typeof traceparent !== 'string') return ROOT_CONTEXT;
  const fields = { traceparent, ...(typeof tracestate === 'string' && { tracestate }) };
  return propagator.extract(ROOT_CONTEXT, fields, {
    get: (from, key) => Reflect.get(from, key) as string | undefined,
    keys: (from) => Object.keys(from),
  });
}

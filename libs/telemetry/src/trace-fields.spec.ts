import {
  ROOT_CONTEXT,
  type Context,
  type ContextManager,
  TraceFlags,
  context,
  trace,
} from '@opentelemetry/api';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.js';

/** Holds one context for the whole process, which is enough for a spec of one synchronous call. */
class OneContext implements ContextManager {
  constructor(private readonly current: Context) {}
  active = (): Context => this.current;
  with: ContextManager['with'] = (_context, run, self, ...rest) => run.call(self, ...rest);
  bind: ContextManager['bind'] = (_context, target) => target;
  enable = (): this => this;
  disable = (): this => this;
}

function loggedFields(): unknown {
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line) };
  createLogger({ name: 'ingest', level: 'info', format: 'json', destination }).info('saved');
  return (JSON.parse(lines.join('')) as { Fields: unknown }).Fields;
}

afterEach(() => {
  context.disable();
});

describe('a log line', () => {
  it('contains the ids of the trace and span in which it was written', () => {
    const span = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: TraceFlags.SAMPLED,
    };
    context.setGlobalContextManager(new OneContext(trace.setSpanContext(ROOT_CONTEXT, span)));

    expect(loggedFields()).toMatchObject({ trace_id: span.traceId, span_id: span.spanId });
  });

  it('contains no trace ids outside a span', () => {
    expect(Object.keys(loggedFields() as object)).toEqual(['host_id', 'message']);
  });
});

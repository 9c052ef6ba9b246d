/** The trace of one report in ingest: the SERVER span of its request and a child span for each step. */
import type { IncomingMessage } from 'node:http';

import { type Attributes, context, type Span, SpanKind } from '@opentelemetry/api';
import {
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_NETWORK_PROTOCOL_VERSION,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
} from '@opentelemetry/semantic-conventions';

import { type Annotations, reportField } from '#antenna/crash-report';
import {
  carrierOf,
  contextFrom,
  markFailed,
  openSpan,
  type OpenSpan,
  type TraceCarrier,
} from '#antenna/telemetry';

import { type Outcome, RefusedReport } from '../outcome/outcome.js';

const route = '/submit';
/** Longer values are not the name of a product or channel. */
const maxValueLength = 64;

export class ReportTrace {
  private readonly server: OpenSpan;
  private readonly steps: { readonly span: Span; readonly endedAt: number }[] = [];

  /** Continues the client's trace if the request has one. Records no address, query or header value. */
  constructor(request: IncomingMessage) {
    this.server = openSpan(`POST ${route}`, {
      parent: contextFrom(request.headers),
      kind: SpanKind.SERVER,
      attributes: {
        [ATTR_HTTP_REQUEST_METHOD]: 'POST',
        [ATTR_HTTP_ROUTE]: route,
        [ATTR_URL_PATH]: route,
        [ATTR_URL_SCHEME]: 'http',
        [ATTR_NETWORK_PROTOCOL_VERSION]: request.httpVersion,
      },
    });
  }

  /** Runs work in the context of the request: its log lines have the ids of the trace. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    return await context.with(this.server.context, work);
  }

  /** Runs one step in its own span. Spans are ended in `end`, since the crash id is known only then. */
  async step<T>(name: string, work: () => T | Promise<T>): Promise<T> {
    if (!this.server.span.isRecording()) return await work();
    const { span, context: stepContext } = openSpan(name, { parent: this.server.context });
    try {
      return await context.with(stepContext, work);
    } catch (error) {
      markFailed(span, error instanceof RefusedReport ? error.outcome.kind : error);
      throw error;
    } finally {
      this.steps.push({ span, endedAt: Date.now() });
    }
  }

  /** Records product and channel; no other annotation may be recorded. */
  recordProduct(annotations: Annotations): void {
    const { span } = this.server;
    if (!span.isRecording()) return;
    for (const field of ['product', 'channel'] as const) {
      const value = reportField(field, (name) => annotations.get(name));
      if (typeof value === 'string')
        span.setAttribute(`crash.${field}`, value.slice(0, maxValueLength));
    }
  }

  recordVerdict(verdict: string, rule: string): void {
    this.server.span.setAttributes({
      'crash.throttle.rule': rule,
      'crash.throttle.result': verdict,
    });
  }

  /** The trace context of the request, to be stored in the envelope. */
  get carrier(): TraceCarrier {
    return carrierOf(this.server.context);
  }

  /** Ends all spans once the answer is sent. */
  end(outcome: Outcome, status: number, payloadBytes: number): void {
    const crash: Attributes = 'crashId' in outcome ? { 'crash.id': outcome.crashId } : {};
    for (const { span, endedAt } of this.steps) span.setAttributes(crash).end(endedAt);
    const { span } = this.server;
    span.setAttributes({
      ...crash,
      'crash.outcome': outcome.kind,
      'crash.payload.size': payloadBytes,
      [ATTR_HTTP_RESPONSE_STATUS_CODE]: status,
    });
    if (status >= 500) markFailed(span, String(status));
    span.end();
  }
}

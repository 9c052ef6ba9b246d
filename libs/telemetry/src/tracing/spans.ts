/**
 * Spans around the steps of a crash report. Without an OpenTelemetry SDK these are the API's no-ops. A span records
 * only the type of an error: the message may quote client input.
 */
import {
  type Attributes,
  type Context,
  type Link,
  type Span,
  type SpanKind,
  SpanStatusCode,
  context,
  createContextKey,
  trace,
} from '@opentelemetry/api';
import { ATTR_ERROR_TYPE } from '@opentelemetry/semantic-conventions';
import { isError, systemCode } from '#antenna/errors';

const tracer = trace.getTracer('antenna');
const crashIdKey = createContextKey('crash.id');

export interface SpanStart {
  /** Default: that of the active context. */
  readonly parent?: Context;
  /** Default: INTERNAL. */
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** The spans of these contexts, where they have any. */
  readonly links?: readonly Context[];
  /** Default: that of the context. Child spans inherit it. */
  readonly crashId?: string;
  /** Starts a new trace. */
  readonly root?: boolean;
  /** Start time in milliseconds since the epoch. Default: now. */
  readonly startTime?: number;
}

/** A started span, and the context for the work inside it. */
export interface OpenSpan {
  readonly span: Span;
  readonly context: Context;
}

/** Starts a span, which the caller must end. */
export function openSpan(name: string, start: SpanStart = {}): OpenSpan {
  const { parent = context.active(), kind, links = [], root, startTime } = start;
  const around = start.crashId === undefined ? parent : parent.setValue(crashIdKey, start.crashId);
  const crashId = around.getValue(crashIdKey);
  const span = tracer.startSpan(
    name,
    {
      ...(kind !== undefined && { kind }),
      ...(root !== undefined && { root }),
      ...(startTime !== undefined && { startTime }),
      links: links.flatMap(linkTo),
      attributes: {
        ...(typeof crashId === 'string' && { 'crash.id': crashId }),
        ...start.attributes,
      },
    },
    around,
  );
  return { span, context: trace.setSpan(around, span) };
}

/** Runs work inside a span that ends with it; an error is recorded on the span and rethrown. */
export async function inSpan<T>(
  name: string,
  start: SpanStart,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const { span, context: inside } = openSpan(name, start);
  try {
    return await context.with(inside, work, undefined, span);
  } catch (error) {
    markFailed(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Sets the crash ID on the active span and on all spans that the work starts. */
export async function forCrash<T>(crashId: string, work: () => Promise<T>): Promise<T> {
  const current = context.active();
  trace.getSpan(current)?.setAttribute('crash.id', crashId);
  return await context.with(current.setValue(crashIdKey, crashId), work);
}

/** Marks a span as failed, with the error's code or type. */
export function markFailed(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute(ATTR_ERROR_TYPE, typeof error === 'string' ? error : errorType(error));
}

function errorType(error: unknown): string {
  return systemCode(error) ?? (isError(error) ? error.name : typeof error);
}

function linkTo(target: Context): Link[] {
  const span = trace.getSpanContext(target);
  return span !== undefined && trace.isSpanContextValid(span) ? [{ context: span }] : [];
}

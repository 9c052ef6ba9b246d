/** Messaging spans, named by OpenTelemetry's semantic conventions: `<operation> <destination>`. */
import { type Attributes, context, SpanKind } from '@opentelemetry/api';
import {
  ATTR_MESSAGING_BATCH_MESSAGE_COUNT,
  ATTR_MESSAGING_DESTINATION_NAME,
  ATTR_MESSAGING_MESSAGE_ID,
  ATTR_MESSAGING_OPERATION_NAME,
  ATTR_MESSAGING_OPERATION_TYPE,
  ATTR_MESSAGING_SYSTEM,
} from '@opentelemetry/semantic-conventions/incubating';
import { carrierOf, contextFrom, type TraceCarrier } from './carrier.js';
import { type OpenSpan, type SpanStart, openSpan } from './spans.js';

/** The queue attributes of a span. */
export interface TracedQueue {
  readonly name: string;
  /** The kind of queue, such as `aws_sqs`. */
  readonly system: string;
}

/** A received message. */
export interface TracedMessage {
  readonly messageId: string;
  readonly attributes: TraceCarrier;
}

/** A message being sent: its span, and the trace context that the message carries. */
export interface SendSpan extends OpenSpan {
  readonly carrier: Record<string, string>;
}

/** Starts the span of sending one message. Each message of a batch has its own span and carries its context. */
export function openSendSpan(
  queue: TracedQueue,
  start: Pick<SpanStart, 'parent' | 'crashId' | 'links'> = {},
): SendSpan {
  const open = openSpan(`send ${queue.name}`, {
    ...start,
    kind: SpanKind.PRODUCER,
    attributes: messaging(queue, 'send', 'send'),
  });
  return { ...open, carrier: carrierOf(open.context) };
}

/**
 * The options for the span of processing one message: a child of the sending span, and linked to the spans in which its
 * contents were sent.
 * @param senders that of the message, or those of its parts if it is a batch
 */
export function processSpanStart(
  queue: TracedQueue,
  message: TracedMessage,
  senders: readonly TraceCarrier[] = [message.attributes],
): SpanStart {
  return {
    parent: contextFrom(message.attributes),
    links: senders.map(contextFrom),
    kind: SpanKind.CONSUMER,
    attributes: {
      ...messaging(queue, 'process', 'process'),
      [ATTR_MESSAGING_MESSAGE_ID]: message.messageId,
    },
  };
}

/** The options for the span of one crash of a batch: it continues the trace of the crash, and links to the batch's span. */
export function crashSpanStart(crash: { crashId: string; trace: TraceCarrier }): SpanStart {
  const batch = context.active();
  const { crashId, trace } = crash;
  const parent = trace['traceparent'] === undefined ? batch : contextFrom(trace);
  return { crashId, parent, links: [batch] };
}

/**
 * Records a receive as a separate trace, linked to those of its messages. Empty receives are not recorded.
 * @param messages the trace contexts in which each message, or its parts, were sent
 */
export function recordReceive(
  queue: TracedQueue,
  messages: readonly (readonly TraceCarrier[])[],
  startTime: number,
): void {
  if (messages.length === 0) return;
  const senders = messages.flat().map(contextFrom);
  openSpan(`receive ${queue.name}`, {
    root: true,
    startTime,
    links: senders,
    kind: SpanKind.CLIENT,
    attributes: {
      ...messaging(queue, 'receive', 'receive'),
      [ATTR_MESSAGING_BATCH_MESSAGE_COUNT]: messages.length,
    },
  }).span.end();
}

function messaging({ name, system }: TracedQueue, operation: string, type: string): Attributes {
  return {
    [ATTR_MESSAGING_SYSTEM]: system,
    [ATTR_MESSAGING_DESTINATION_NAME]: name,
    [ATTR_MESSAGING_OPERATION_NAME]: operation,
    [ATTR_MESSAGING_OPERATION_TYPE]: type,
  };
}

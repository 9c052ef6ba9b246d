/** Spans of messaging, by OpenTelemetry's semantic conventions: `<operation> <destination>`. */
import { type Attributes, type Context, SpanKind } from '@opentelemetry/api';
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

/** What a span tells of a queue. */
export interface TracedQueue {
  readonly name: string;
  /** The kind of queue, such as `aws_sqs`. */
  readonly system: string;
}

/** A message as a receive gives it. */
export interface TracedMessage {
  readonly messageId: string;
  readonly attributes: TraceCarrier;
}

/** A message on its way to a queue: its span, and the trace context that goes with it. */
export interface SendSpan extends OpenSpan {
  readonly carrier: Record<string, string>;
}

/** Begins the span of sending one message; each message of a batch has its own, and carries it. */
export function openSendSpan(
  queue: TracedQueue,
  start: Pick<SpanStart, 'parent' | 'crashId'> = {},
): SendSpan {
  const open = openSpan(`send ${queue.name}`, {
    ...start,
    kind: SpanKind.PRODUCER,
    attributes: messaging(queue, 'send', 'send'),
  });
  return { ...open, carrier: carrierOf(open.context) };
}

/** How to begin the span of processing one message: a child of the sending span, and linked to it. */
export function processSpanStart(queue: TracedQueue, message: TracedMessage): SpanStart {
  const sender = contextFrom(message.attributes);
  return {
    parent: sender,
    links: [sender],
    kind: SpanKind.CONSUMER,
    attributes: {
      ...messaging(queue, 'process', 'process'),
      [ATTR_MESSAGING_MESSAGE_ID]: message.messageId,
    },
  };
}

/** Records a receive that brought messages: a trace of its own, linked to theirs. Empty ones are not told of. */
export function recordReceive(
  queue: TracedQueue,
  messages: readonly TracedMessage[],
  startTime: number,
): void {
  if (messages.length === 0) return;
  const senders: Context[] = messages.map(({ attributes }) => contextFrom(attributes));
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

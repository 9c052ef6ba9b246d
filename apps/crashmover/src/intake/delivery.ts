import { type IntakeMessage, isBatchKey, parseIntakeMessage } from '#antenna/crash-report';
import type { ReceivedMessage } from '#antenna/message-queue';
import type { Consumed } from '#antenna/queue-consumer';

import { MoveError, moveErrorFrom } from '../move-error.js';

/** One delivery of an intake message. */
export interface Delivery extends Consumed {
  /** Attempts to move its crashes, including this one and those made before a crash was split off its batch. */
  readonly attempts: number;
  /** The staged object and its crashes, each with its trace context; an error if the message cannot be read. */
  readonly announced: IntakeMessage | MoveError;
}

export function openDelivery(message: ReceivedMessage): Delivery {
  const attempts = message.receiveCount + attemptsBefore(message.attributes['attempts']);
  const announced = readMessage(message);
  const isUnreadable = announced instanceof MoveError;
  return {
    message,
    attempts,
    announced,
    crashCount: isUnreadable ? 1 : announced.crashes.length,
    senders: isUnreadable ? [message.attributes] : announced.crashes.map(({ trace }) => trace),
  };
}

/** The ids of its crashes; `unknown` if the message cannot be read. */
export function crashIdsIn({ announced }: Delivery): readonly string[] {
  return announced instanceof MoveError
    ? ['unknown']
    : announced.crashes.map(({ crashId }) => crashId);
}

/** False for an envelope that is staged alone. */
export function isBatch({ key }: IntakeMessage): boolean {
  return isBatchKey(key);
}

function readMessage({ body, attributes }: ReceivedMessage): IntakeMessage | MoveError {
  try {
    const announced = parseIntakeMessage(body);
    if (isBatch(announced)) return announced;
    const { traceparent, tracestate } = attributes;
    const trace = {
      ...(traceparent !== undefined && { traceparent }),
      ...(tracestate !== undefined && { tracestate }),
    };
    return {
      ...announced,
      crashes: announced.crashes.map((crash) => Object.assign(crash, { trace })),
    };
  } catch (error) {
    return moveErrorFrom('intake', error);
  }
}

function attemptsBefore(attribute: string | undefined): number {
  return attribute !== undefined && /^\d{1,6}$/.test(attribute) ? Number(attribute) : 0;
}

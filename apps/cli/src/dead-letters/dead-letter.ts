import {
  type IntakeMessage,
  IntakeMessageError,
  isCrashId,
  parseIntakeMessage,
} from '#antenna/crash-report';
import type { ReceivedMessage } from '#antenna/message-queue';

/** A crash that crashmover could not move or the processor could not process, and why (docs/operations.md). */
export interface DeadLetter {
  readonly messageId: string;
  /** Absent when neither the service nor the message names one. */
  readonly crashId?: string;
  /** All crashes of a batch; absent if the message has one, as those from crashmover have unless it cannot read the object. */
  readonly crashIds?: readonly string[];
  /** Where it failed and why; absent when the queue itself dead-lettered the message. */
  readonly stage?: string;
  readonly reason?: string;
  readonly attempts?: number;
  readonly deadSince: Date;
  readonly traceContext: Readonly<Record<string, string>>;
  /** The message as it was sent: of the processing queue, a crash id. */
  readonly body: string;
}

export function readDeadLetter({
  messageId,
  attributes,
  body,
  sentAt,
}: ReceivedMessage): DeadLetter {
  const { crash_id: named = '', stage, reason, attempts, traceparent, tracestate } = attributes;
  const crashes = announcedIn(body)?.crashes ?? [];
  const crashId = [named, crashes[0]?.crashId ?? '', body].find((id) => isCrashId(id));
  return {
    messageId,
    ...(crashId !== undefined && { crashId }),
    ...(crashes.length > 1 && { crashIds: crashes.map((crash) => crash.crashId) }),
    ...(stage !== undefined && { stage }),
    ...(reason !== undefined && { reason }),
    ...(attempts !== undefined && { attempts: Number(attempts) }),
    deadSince: sentAt,
    traceContext: {
      ...(traceparent !== undefined && { traceparent }),
      ...(tracestate !== undefined && { tracestate }),
    },
    body,
  };
}

/** The ids by which an operator may ask for it. */
export function crashIdsOf({ crashId, crashIds }: DeadLetter): readonly string[] {
  return crashIds ?? (crashId === undefined ? [] : [crashId]);
}

/** Undefined if the body is no intake message. */
export function announcedIn(body: string): IntakeMessage | undefined {
  try {
    return parseIntakeMessage(body);
  } catch (error) {
    if (error instanceof IntakeMessageError) return undefined;
    throw error;
  }
}

/** A flat object for scripts. */
export function jsonOf({ traceContext, deadSince, ...letter }: DeadLetter): object {
  return { ...letter, deadSince: deadSince.toISOString(), ...traceContext };
}

import type { DeadLetterSource } from './dead-letter-queues.js';

/** The meaning of a dead letter's reason, and what to do about it; docs/operations.md has the long form. */
const ofCrashmover: Readonly<Record<string, string>> = {
  invalid_message: 'not an intake message: find out who sent it; a redrive fails again',
  unknown_version: 'a newer ingest sent it: upgrade crashmover, then redrive',
  envelope_missing:
    'no object is staged under its key: check whether the crash is stored already; a redrive fails again',
  damaged_envelope:
    'a checksum or length in the staged envelope is wrong; a redrive fails until the object is fixed',
  wrong_crash_id: 'the staged envelope belongs to another crash; a redrive fails again',
  earlier_report:
    'another report of the same submitted id was still staged: look for its dead letter, then redrive both',
  access_denied: 'S3 or SQS denied access to crashmover: fix its permissions, then redrive',
  no_space: 'the disk of the store or queue was full: free space, then redrive',
  timeout: 'S3 or SQS did not answer in time: redrive when they do',
  unavailable: 'S3 or SQS failed: redrive when they work again',
  no_such_queue: 'the processing queue did not exist: create it, then redrive',
  message_too_large: 'the message was too large for the queue; a redrive fails again',
  invalid_key: 'the store does not accept the names of the crash; a redrive fails again',
  unexpected:
    'an error that crashmover does not know: see its log line for this crash; redrive once',
};

const ofProcessor: Readonly<Record<string, string>> = {
  invalid_message: 'not a crash id: find out who sent it; a redrive fails again',
  crash_missing:
    'the crash is not stored: erased, or is CRASH_BUCKET another one than crashmover’s? A redrive fails again',
  crash_changed: 'the crash was changed while it was processed: redrive',
  damaged: 'the raw crash is no JSON; a redrive fails again',
  invalid_key: 'the store does not accept a name in the crash; a redrive fails again',
  access_denied: 'S3 or SQS denied access to the processor: fix its permissions, then redrive',
  no_space: 'the disk of the store was full: free space, then redrive',
  timeout: 'S3 did not answer in time: redrive when it does',
  unavailable: 'S3 or SQS failed: redrive when they work again',
  unexpected:
    'an error that the processor does not know: see its log line for this crash; redrive once',
};

const advice: Readonly<Record<DeadLetterSource, Readonly<Record<string, string>>>> = {
  intake: ofCrashmover,
  processing: ofProcessor,
};
const services: Readonly<Record<DeadLetterSource, string>> = {
  intake: 'crashmover',
  processing: 'the processor',
};

/** Until the cause is fixed, these fail again at the first attempts. */
const failing: Readonly<Record<DeadLetterSource, ReadonlySet<string>>> = {
  intake: new Set([
    'invalid_message',
    'envelope_missing',
    'damaged_envelope',
    'wrong_crash_id',
    'invalid_key',
    'message_too_large',
  ]),
  processing: new Set(['invalid_message', 'crash_missing', 'damaged', 'invalid_key']),
};

export function failsAgain(source: DeadLetterSource, reason: string | undefined): boolean {
  return reason !== undefined && failing[source].has(reason);
}

export function adviceFor(source: DeadLetterSource, reason: string | undefined): string {
  const service = services[source];
  if (reason === undefined)
    return `moved here by the queue: ${service} crashed each time it handled this message; redrive once`;
  return advice[source][reason] ?? `search the log of ${service} for this crash`;
}

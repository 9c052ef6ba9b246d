/** What a dead letter's reason means, and what to do about it; docs/operations.md has the long form. */
const advice: Readonly<Record<string, string>> = {
  invalid_message: 'no intake message of ours: find out who sent it; a redrive fails again',
  envelope_missing:
    'nothing staged under its key: look whether the crash is stored already; a redrive fails again',
  damaged_envelope:
    'a checksum or length in the staged envelope is wrong; a redrive fails until the object is mended',
  wrong_crash_id: 'the staged envelope is of another crash; a redrive fails again',
  access_denied: 'S3 or SQS refused crashmover: mend its permissions, then redrive',
  no_space: 'the disk of the store or queue was full: make room, then redrive',
  timeout: 'S3 or SQS did not answer in time: redrive when they do',
  unavailable: 'S3 or SQS failed: redrive when they answer',
  no_such_queue: 'the processing queue was not there: create it, then redrive',
  message_too_large: 'the queue refused the size of the message; a redrive fails again',
  invalid_key: 'the crash cannot be stored under its names; a redrive fails again',
  unexpected:
    'an error that crashmover does not know: its log line of this crash has it; redrive once',
};

export function adviceFor(reason: string | undefined): string {
  return reason === undefined
    ? 'set aside by the queue: crashmover died each time it had this message; redrive once'
    : (advice[reason] ?? 'look for this crash in the log of crashmover');
}

import type { Outcome } from '../outcome/outcome.js';

/** Firefox's crash reporter reads the body, other clients the status. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly retryAfterSeconds?: number;
}

/** Crash clients show crash ids with this prefix and strip it again. */
const crashIdPrefix = 'bp-';

export function answerFor(outcome: Outcome, retryAfterSeconds: number): Answer {
  switch (outcome.kind) {
    case 'accepted':
    case 'deferred':
    case 'fake_accepted':
      return { status: 200, body: `CrashID=${crashIdPrefix}${outcome.crashId}\n` };
    case 'rejected':
      return { status: 200, body: rejection(outcome) };
    case 'malformed':
      return { status: 400, body: `Discarded=malformed_${outcome.reason}` };
    case 'too_large':
      return { status: 413, body: 'Discarded=malformed_too_large' };
    case 'unauthorized':
      return { status: 401, body: 'Discarded=unauthorized_uuid' };
    case 'aborted':
      return answerForAborted(outcome.cause);
    case 'unavailable':
      return {
        status: 503,
        body: 'cannot store reports now, try again later',
        retryAfterSeconds: Math.ceil(retryAfterSeconds),
      };
  }
}

/** Mozilla's crash reporter reads `key=value` lines, in any order. */
function rejection({ rule, stopSendingFor }: Extract<Outcome, { kind: 'rejected' }>): string {
  const discarded = `Discarded=rule_${rule}`;
  return stopSendingFor === undefined
    ? discarded
    : `${discarded}\nStopSendingReportsFor=${stopSendingFor}\n`;
}

function answerForAborted(cause: Extract<Outcome, { kind: 'aborted' }>['cause']): Answer {
  switch (cause) {
    case 'stalled':
      return { status: 408, body: 'the upload stalled' };
    case 'too_slow':
      return { status: 408, body: 'the upload is too slow' };
    case 'disconnected':
      return { status: 400, body: 'Discarded=malformed_invalid_payload_structure' };
  }
}

/**
 * The raw bytes of the answer to input that is not a valid request: Node creates no response object for it.
 * @param code the error code that Node's HTTP server reports
 */
export function brokenRequestAnswer(code: string): string {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return plain('408 Request Timeout', 'the request stalled');
    case 'HPE_HEADER_OVERFLOW':
      return plain('431 Request Header Fields Too Large', 'the request headers are too large');
    default:
      return plain('400 Bad Request', 'Discarded=malformed_invalid_payload_structure');
  }
}

function plain(statusLine: string, body: string): string {
  return [
    `HTTP/1.1 ${statusLine}`,
    'Content-Type: text/plain',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

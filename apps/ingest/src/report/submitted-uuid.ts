import { createHash, timingSafeEqual } from 'node:crypto';

import { type Annotations, isCrashId } from '#antenna/crash-report';

import { malformed, RefusedReport } from '../outcome/outcome.js';

/**
 * Takes the `uuid` annotation, by which a trusted submitter chooses the crash id. Anybody else who sends
 * one is refused: they could overwrite a stored crash.
 * @returns undefined when the report has none.
 * @throws RefusedReport unauthorized, or malformed `invalid_uuid`.
 */
export function takeSubmittedUuid(
  annotations: Annotations,
  authorization: string | undefined,
  config: { readonly submitterToken: string | undefined },
): string | undefined {
  const uuid = annotations.get('uuid');
  if (!annotations.delete('uuid')) return undefined;
  if (!isAuthorized(authorization, config.submitterToken))
    throw new RefusedReport({ kind: 'unauthorized', detail: 'uuid without a valid token' });
  if (typeof uuid !== 'string' || !isCrashId(uuid))
    throw malformed('invalid_uuid', 'uuid is not a crash id');
  return uuid;
}

function isAuthorized(authorization: string | undefined, token: string | undefined): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined || given === undefined) return false;
  return timingSafeEqual(sha256(given), sha256(token));
}

/** Equal lengths for the constant-time comparison, whatever was sent. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

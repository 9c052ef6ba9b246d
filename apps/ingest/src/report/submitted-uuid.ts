import { createHash, timingSafeEqual } from 'node:crypto';

import { type Annotations, isCrashId } from '#antenna/crash-report';

import { detached } from './collector-notes.js';
import { malformed, RefusedReport } from '../outcome/outcome.js';

/**
 * Takes the `uuid` annotation, by which a trusted submitter chooses the crash id. Any other client that
 * sends one is refused, because it could overwrite a stored crash.
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
  if (!isAuthorized(authorization, config.submitterToken)) {
    throw new RefusedReport({
      kind: 'unauthorized',
      detail: 'the report has a uuid but no valid token',
    });
  }
  if (typeof uuid !== 'string' || !isCrashId(uuid))
    throw malformed('invalid_uuid', 'the uuid is not a valid crash id');
  // A copy: it outlives the report, and shares the memory of the JSON it was cut from.
  return detached(uuid);
}

function isAuthorized(authorization: string | undefined, token: string | undefined): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined || given === undefined) return false;
  return timingSafeEqual(sha256(given), sha256(token));
}

/** The constant-time comparison needs values of equal length. */
function sha256(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}

import type { JsonValue } from '#antenna/crash-report';
import {
  type SignatureAnnotation,
  signatureAnnotations,
  type SignatureInput,
} from '#antenna/signature';

import type { WalkedDump } from './processed-crash.js';
import { annotationsOf } from './raw-crash-fields.js';

const inWords: Partial<Record<WalkedDump['status'], string>> = {
  not_there: 'no minidump',
  missing: 'the minidump is not stored',
  too_large: 'the minidump is too large',
  killed: 'the minidump ended the processor',
};

/** What the signature of a crash is made of. */
export function signatureInputOf(
  rawCrash: JsonValue,
  { status, json_dump: walk }: WalkedDump,
  dumpNames: readonly string[],
): SignatureInput {
  const annotations: Partial<Record<SignatureAnnotation, string>> = annotationsOf(
    rawCrash,
    signatureAnnotations,
  );
  if (!walk) return { frames: [], annotations, dumpNames, noFrames: inWords[status] ?? status };
  const { crashing_thread: index, type: reason } = walk.crash_info;
  const thread = index === null ? undefined : walk.threads[index];
  const [mainThread] = walk.threads;
  return {
    frames: thread?.frames ?? [],
    ...(mainThread && { mainThread: mainThread.frames }),
    reason,
    os: walk.system_info.os,
    lastError: thread?.last_error_value ?? null,
    annotations,
    dumpNames,
    ...(!thread && { noFrames: 'no crashing thread' }),
  };
}

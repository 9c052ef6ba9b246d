import { cleanText, cutText } from './clean-text.js';
import type { SignatureInput, SignatureRule } from './signature-input.js';
import type { SignatureLists } from './signature-lists.js';

/** What a special form sees. */
interface FormInput extends SignatureInput {
  /** The signature so far. */
  readonly signature: string;
  /** The frames that decided it, and those that were skipped before. */
  readonly looked: readonly string[];
  readonly lists: SignatureLists;
  /** The signature of the first thread; undefined without frames. */
  readonly mainThreadSignature: () => string | undefined;
}

/** Returns the new signature, or undefined if the form does not apply. */
type Form = (input: FormInput) => string | undefined;

/** Forms that annotations or the reason give to a signature. Each sees the signature that the ones before it made. */
export const specialForms: readonly (readonly [SignatureRule, Form])[] = [
  ['bad hardware', badHardware],
  ['out of memory', outOfMemory],
  ['abort', abort],
  ['shutdown timeout', shutdownTimeout],
  ['shutdown hang', shutdownHang],
  ['IPC error', ipcError],
  ['IPC message', ipcMessage],
  ['stack overflow', stackOverflow],
  ['hang', hang],
];

function badHardware({ reason, signature }: FormInput): string | undefined {
  return reason?.includes('STATUS_DEVICE_DATA_ERROR') === true
    ? `bad hardware | ${signature}`
    : undefined;
}

/** Allocations up to 256 KiB fail only when memory is really used up, wherever that is: they are one signature. */
const smallAllocation = 262_144;
const outOfMemoryReason = /^(?:STATUS_FATAL_MEMORY_EXHAUSTION|STATUS_NO_MEMORY)\b/;
const outOfMemoryError = /^ERROR_(?:COMMITMENT_LIMIT|NOT_ENOUGH_MEMORY)$/;

function outOfMemory(input: FormInput): string | undefined {
  const { annotations, signature, looked, lists, reason, lastError } = input;
  const { OOMAllocationSize, JSLargeAllocationFailure, MozCrashReason } = annotations;
  if (JSLargeAllocationFailure === 'Reporting') return `OOM | large | ${signature}`;
  const size = /^\d{1,20}$/.test(OOMAllocationSize ?? '') ? Number(OOMAllocationSize) : 0;
  if (size > smallAllocation) return `OOM | large | ${signature}`;
  if (size > 0) return 'OOM | small';
  const isOutOfMemory =
    outOfMemoryReason.test(reason ?? '') ||
    outOfMemoryError.test(lastError ?? '') ||
    MozCrashReason?.startsWith('[unhandlable oom]') === true ||
    looked.some((text) => lists.match('outOfMemory', text) !== undefined);
  return isOutOfMemory ? `OOM | unknown | ${signature}` : undefined;
}

const maxMessageLength = 80;

function abort({ annotations, signature }: FormInput): string | undefined {
  if (!annotations.AbortMessage) return undefined;
  const message = abortMessage(annotations.AbortMessage.slice(0, 4096));
  return message === '' ? `Abort | ${signature}` : `Abort | ${message} | ${signature}`;
}

/** Without the place in the source and addresses, which change with each build. */
function abortMessage(text: string): string {
  const marker = '###!!! ABORT:';
  const message = text.includes(marker) ? text.slice(text.indexOf(marker) + marker.length) : text;
  const place = message.search(/(?:^|:)\s?file /);
  const withoutPlace = place === -1 ? message : message.slice(0, place);
  return cutText(
    cleanText(withoutPlace.replaceAll(/0x[0-9a-f]{4,}/gi, '<addr>')),
    maxMessageLength,
  );
}

function shutdownTimeout({ annotations }: FormInput): string | undefined {
  if (!annotations.AsyncShutdownTimeout) return undefined;
  return `AsyncShutdownTimeout | ${phaseAndConditions(annotations.AsyncShutdownTimeout)}`;
}

/** `{"phase":"…","conditions":["name", {"name":"…"}]}` */
function phaseAndConditions(json: string): string {
  const value = parsed(json);
  if (typeof value !== 'object' || value === null) return 'unknown';
  const { phase, conditions } = value as { phase?: unknown; conditions?: unknown };
  const names = (Array.isArray(conditions) ? conditions : [])
    .slice(0, 50)
    .map((condition: unknown) => {
      const name = (condition as { name?: unknown } | null)?.name ?? condition;
      return typeof name === 'string' ? name : '(unknown)';
    });
  const list = names.length === 0 ? '(none)' : names.toSorted().join(',');
  return `${typeof phase === 'string' && phase !== '' ? phase : '(unknown)'} | ${list}`;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * A watchdog crashes the process when the first thread does not end: what that thread does is the cause. Not if another
 * form has replaced the watchdog's frames.
 */
function shutdownHang(input: FormInput): string | undefined {
  const { signature, looked, lists, mainThreadSignature } = input;
  const isWatchdog = (text: string): boolean =>
    signature.includes(text) && lists.match('watchdogs', text) !== undefined;
  return looked.some(isWatchdog)
    ? `shutdownhang | ${mainThreadSignature() ?? 'EMPTY: no frames'}`
    : undefined;
}

function ipcError({ annotations, dumpNames = [] }: FormInput): string | undefined {
  const { ipc_channel_error: error } = annotations;
  if (!error) return undefined;
  const side = dumpNames.includes('upload_file_minidump_browser') ? 'browser' : 'content';
  return `IPCError-${side} | ${cutText(cleanText(error.slice(0, 1000)), 100)}`;
}

function ipcMessage({ annotations, signature }: FormInput): string | undefined {
  const { IPCMessageName: name } = annotations;
  return name
    ? `${signature} | IPC_Message_Name=${cutText(cleanText(name.slice(0, 1000)), 100)}`
    : undefined;
}

function stackOverflow({ reason, signature }: FormInput): string | undefined {
  return reason === 'EXCEPTION_STACK_OVERFLOW' ? `stackoverflow | ${signature}` : undefined;
}

function hang({ annotations, signature }: FormInput): string | undefined {
  return annotations.Hang && annotations.Hang !== '0' ? `hang | ${signature}` : undefined;
}

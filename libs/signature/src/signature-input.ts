/** One frame of a thread, with the names of the stack walker's JSON; only what a signature needs. */
export interface SignatureFrame {
  readonly module?: string | null;
  readonly function?: string | null;
  readonly file?: string | null;
  readonly line?: number | null;
  /** Address of the instruction, hexadecimal. */
  readonly offset?: string | null;
  /** The same, from the start of the module. */
  readonly module_offset?: string | null;
  /** Functions that the compiler inlined at this address, the innermost first. */
  readonly inlines?: readonly InlinedFunction[] | null;
  readonly unloaded_modules?: readonly { readonly module: string }[] | null;
}

interface InlinedFunction {
  readonly function?: string | null;
  readonly file?: string | null;
  readonly line?: number | null;
}

/** The annotations that decide a signature. Each is the string that the client sent. */
export const signatureAnnotations = [
  'AbortMessage',
  'AsyncShutdownTimeout',
  'Hang',
  'JSLargeAllocationFailure',
  'JavaStackTrace',
  'MozCrashReason',
  'OOMAllocationSize',
  'ipc_channel_error',
  'IPCMessageName',
] as const;

export type SignatureAnnotation = (typeof signatureAnnotations)[number];

export interface SignatureInput {
  /** Of the crashing thread, the innermost first. */
  readonly frames: readonly SignatureFrame[];
  /** Of the first thread: the signature of a hang at shutdown. */
  readonly mainThread?: readonly SignatureFrame[];
  /** `crash_info.type` of the stack walk. */
  readonly reason?: string | null;
  /** `system_info.os` of the stack walk. */
  readonly os?: string | null;
  /** `last_error_value` of the crashing thread. */
  readonly lastError?: string | null;
  readonly annotations: Partial<Record<SignatureAnnotation, string>>;
  /** The names of the crash's dumps. */
  readonly dumpNames?: readonly string[];
  /** Why there are no frames, such as `no minidump`, `no crashing thread` or the walker's error. */
  readonly noFrames?: string;
}

export interface SignatureResult {
  /** 1 to 255 characters without control characters. */
  readonly signature: string;
  /** All frames that were considered, joined with ` | `; empty without frames. */
  readonly protoSignature: string;
  /** What decided the signature, in order. */
  readonly steps: readonly SignatureStep[];
  /** For `processor_notes`: what the reader of a signature should know. */
  readonly notes: readonly string[];
}

export interface SignatureStep {
  readonly rule: SignatureRule;
  /** The frame or the new signature, and the pattern that matched. */
  readonly detail: string;
}

export type SignatureRule =
  | 'frame'
  | 'sentinel'
  | 'irrelevant'
  | 'repeated'
  | 'prefix'
  | 'no frames'
  | 'only irrelevant frames'
  | 'Java'
  | 'bad hardware'
  | 'out of memory'
  | 'abort'
  | 'shutdown timeout'
  | 'shutdown hang'
  | 'IPC error'
  | 'IPC message'
  | 'stack overflow'
  | 'hang'
  | 'cut';

/**
 * The JSON that rust-minidump's processor prints for a minidump, unchanged
 * (source: json-schema.md of the crate minidump-processor 0.27). Typed as far as Antenna reads it; the other properties
 * are there, too. Every string comes from the minidump or a symbol file, thus from a stranger.
 */
export interface StackWalk {
  /** Always `OK`: a minidump that cannot be walked is a `StackWalkError`. */
  readonly status: string;
  readonly pid: number | null;
  /** Seconds. */
  readonly process_uptime: number | null;
  readonly system_info: StackSystem;
  readonly crash_info: StackCrash;
  /** A copy of the thread of `crash_info.crashing_thread`, with the registers of its first frame. Absent without frames. */
  readonly crashing_thread?: StackThread & { readonly threads_index: number };
  readonly thread_count: number;
  readonly threads: readonly StackThread[];
  /** Index of the executable in `modules`. */
  readonly main_module: number;
  readonly modules: readonly StackModule[];
  readonly unloaded_modules: readonly UnloadedModule[];
  readonly mac_crash_info: {
    readonly num_records: number;
    readonly records: readonly MacCrash[];
  } | null;
  readonly lsb_release: LsbRelease | null;
  /** Number of memory mappings, of Linux. */
  readonly linux_memory_map_count: number | null;
}

interface StackSystem {
  /** `Windows NT`, `Mac OS X`, `iOS`, `Linux`, `Solaris`, `Android`, `PS3`, `NaCl`, or `0x…`. */
  readonly os: string;
  readonly os_ver: string | null;
  /** `x86`, `amd64`, `ppc`, `ppc64`, `sparc`, `arm`, `arm64`, `unknown`, … */
  readonly cpu_arch: string;
  readonly cpu_info: string | null;
  readonly cpu_count: number;
  readonly cpu_microcode_version: string | null;
}

interface StackCrash {
  /** The crash reason, such as `SIGSEGV / SEGV_MAPERR` or `EXCEPTION_ACCESS_VIOLATION_READ`. */
  readonly type: string | null;
  /** `0x…` */
  readonly address: string | null;
  /** Index in `threads`. */
  readonly crashing_thread: number | null;
  readonly assertion: string | null;
  readonly adjusted_address: {
    readonly kind: string;
    readonly address?: string;
    readonly offset?: string;
  } | null;
  /** The crashing instruction, disassembled. */
  readonly instruction: string | null;
}

interface StackThread {
  readonly thread_id: number;
  readonly thread_name: string | null;
  /** `GetLastError()` of Windows. */
  readonly last_error_value: string | null;
  readonly frame_count: number;
  readonly frames: readonly StackFrame[];
}

interface StackFrame {
  readonly frame: number;
  /** `context`, `cfi`, `frame_pointer`, `scan`, … */
  readonly trust: string;
  /** Address of the instruction, `0x…`. */
  readonly offset: string;
  readonly module: string | null;
  readonly module_offset: string | null;
  readonly unloaded_modules:
    | readonly { readonly module: string; readonly offsets: readonly string[] }[]
    | null;
  /** From symbols, as all that follow. */
  readonly function: string | null;
  readonly function_offset: string | null;
  readonly file: string | null;
  readonly line: number | null;
  /** Functions that the compiler inlined into this one, innermost first; they come before the frame itself. */
  readonly inlines: readonly StackInline[] | null;
  readonly missing_symbols: boolean;
  /** Only in the first frame of `crashing_thread`: name to `0x…`. */
  readonly registers?: Readonly<Record<string, string>>;
}

interface StackInline {
  readonly function: string;
  readonly file: string | null;
  readonly line: number | null;
}

interface StackModule {
  readonly filename: string;
  readonly base_addr: string;
  readonly end_addr: string;
  readonly code_id: string;
  /** With `debug_id` the place of the symbol file; either may be empty. */
  readonly debug_file: string;
  readonly debug_id: string;
  readonly version: string | null;
  /** Symbols were asked for in vain; only modules on a stack are asked for. */
  readonly missing_symbols: boolean;
  readonly loaded_symbols: boolean;
  readonly corrupt_symbols: boolean;
}

interface UnloadedModule {
  readonly filename: string;
  readonly base_addr: string;
  readonly end_addr: string;
  readonly code_id: string;
}

interface MacCrash {
  readonly thread: string | null;
  readonly module: string | null;
  readonly message: string | null;
  readonly message2: string | null;
  readonly signature_string: string | null;
  readonly backtrace: string | null;
  readonly abort_cause: string | null;
  readonly dialog_mode: string | null;
}

interface LsbRelease {
  readonly id: string;
  readonly release: string;
  readonly codename: string;
  readonly description: string;
}

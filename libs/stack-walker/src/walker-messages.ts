import type { StackWalkErrorCode } from './stack-walk-error.js';

/** What the pool tells a thread. A walk is `walk`, then `symbols` as often as needed, then `finish`. */
export type WalkerRequest =
  | { readonly kind: 'walk'; readonly dump: Uint8Array; readonly memoryBytes: number }
  | { readonly kind: 'symbols'; readonly files: readonly SymbolFile[] }
  | { readonly kind: 'finish' };

/** The file of `asked[index]`. */
export interface SymbolFile {
  readonly index: number;
  readonly path: string;
  readonly bytes: number;
}

/** What a thread answers; nothing follows a `failed` or `finished` until the next `walk`. */
export type WalkerReply =
  /** Modules whose symbols the last walk lacked, as debug file and debug id. */
  | { readonly kind: 'walked'; readonly asked: readonly (readonly [string, string])[] }
  | {
      readonly kind: 'finished';
      /** JSON. */
      readonly walk: Uint8Array<ArrayBuffer>;
      readonly framesCut: number;
      /** Size of the walker's memory. */
      readonly memoryBytes: number;
    }
  | { readonly kind: 'failed'; readonly code: StackWalkErrorCode; readonly message: string };

export interface WalkerThreadData {
  readonly module: WebAssembly.Module;
}

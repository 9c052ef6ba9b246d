import type { Readable } from 'node:stream';

/** Which bytes of a file are wanted. A source may give more than the head; the reader then closes the stream. */
export type Part = 'all' | 'head';

/** A place with symbol files, each at its `symbolPath`. */
export interface SymbolSource {
  readonly kind: 'directory' | 's3' | 'http';
  /** As configured. */
  readonly location: string;
  /**
   * Opens a file as it is there, plain or compressed. Its stream ends with an error if it is not complete.
   * @returns undefined if the source does not have it
   * @throws SymbolsError, or the reason of the signal
   */
  open(path: string, part: Part, signal: AbortSignal): Promise<Readable | undefined>;
  close(): void;
}

/** A place to which symbol files can be added. */
export interface SymbolStore extends SymbolSource {
  /** Stores the file in one step: a reader sees the old one, or the new one. */
  put(path: string, file: PutFile, signal: AbortSignal): Promise<void>;
  /** Yields what is stored in the layout; skips everything else. */
  list(signal: AbortSignal): AsyncIterable<StoredSymbols>;
}

/** A file that must not change any more. */
export interface PutFile {
  readonly file: string;
  readonly size: number;
  readonly isGzip: boolean;
}

export interface StoredSymbols {
  readonly path: string;
  /** Bytes as stored. */
  readonly size: number;
  readonly modifiedAt: Date;
}

/** How to reach S3, as the services do. */
export interface S3Access {
  /** Required for S3. */
  readonly region: string | undefined;
  readonly s3Endpoint: string | undefined;
  readonly s3PathStyle: boolean;
  /** Default: the SDK's credential chain. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

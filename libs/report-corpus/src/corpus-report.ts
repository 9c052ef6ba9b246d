/** One request, and what a collector must store when it accepts the report. */
export interface CorpusReport {
  readonly index: number;
  /** For example `firefox-main`, `fenix`, `rule:has_comments:match`, `malformed:cut-body`. */
  readonly kind: string;
  /** `Content-Type`, `Content-Encoding`, `User-Agent`; `Content-Length` unless it is sent in chunks. */
  readonly headers: Readonly<Record<string, string>>;
  /** The client sends `Transfer-Encoding: chunked`; chunks of any size. */
  readonly chunked: boolean;
  /** The body in pieces. Many reports share their bytes: do not change them. */
  readonly body: readonly Buffer[];
  readonly bodyBytes: number;
  /** Absent for malformed reports, also for those that a collector may accept after all. */
  readonly expected: ExpectedCrash | undefined;
}

export interface ExpectedCrash {
  /** Without those that collectors remove; rules see the same. */
  readonly annotations: Readonly<Record<string, unknown>>;
  readonly dumps: readonly ExpectedDump[];
}

export interface ExpectedDump {
  readonly name: string;
  readonly bytes: number;
  readonly chunks: readonly Buffer[];
}

/** What differs from a report that has a place in a corpus. */
export type CorpusRequest = Omit<CorpusReport, 'index' | 'kind'>;

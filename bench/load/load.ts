/** What a load generator is told. */
export interface Load {
  readonly port: number;
  /** File with a whole HTTP request, head and body, that is sent again and again. */
  readonly requestFile: string;
  readonly connections: number;
  /** No request begins later than this; those that have begun are waited for. At least one per connection. */
  readonly startWindowMs: number;
}

/** What it measured. */
export interface LoadResult {
  /** Answers by status and first word (`200 CrashID`). */
  readonly answers: Readonly<Record<string, number>>;
  readonly requests: number;
  /** From the first request's first byte to the last answer. */
  readonly elapsedMs: number;
  /** From the first byte of a request to the end of its answer; sorted. */
  readonly latenciesMs: readonly number[];
  /** CPU time of the generator itself, which must not be what limits the rate. */
  readonly cpuMs: number;
}

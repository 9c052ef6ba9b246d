/** Which crashes {@link CrashIndex.top} counts. A list means any of its values. */
export interface TopQuery {
  /** Epoch milliseconds of submission; `until` is not included. */
  readonly since: number;
  readonly until: number;
  readonly product?: readonly string[] | undefined;
  readonly version?: readonly string[] | undefined;
  readonly channel?: readonly string[] | undefined;
  readonly process?: readonly string[] | undefined;
  /** Signatures to return. */
  readonly limit: number;
  /** Parts of equal length into which the time is divided for {@link TopSignature.buckets}. */
  readonly buckets: number;
}

export interface TopSignature {
  readonly signature: string;
  readonly count: number;
  /** Of the counted crashes, in epoch milliseconds. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** The most frequent ones first, at most {@link shownVersions}. */
  readonly versions: readonly { readonly version: string; readonly count: number }[];
  readonly versionCount: number;
  /** Crashes in each part of the time. */
  readonly buckets: readonly number[];
}

export interface TopSignatures {
  /** All crashes that pass the filter. */
  readonly crashes: number;
  readonly signatureCount: number;
  /** The most frequent ones first. */
  readonly signatures: readonly TopSignature[];
}

/** Each crash can name a version of its own. */
export const shownVersions = 10;

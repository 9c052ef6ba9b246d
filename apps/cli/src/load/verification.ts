import { type Fact, factsOf } from '../report/report-document.js';
import type { Finding } from './verify/findings.js';

/** What a look at the stored and published crashes of the run shows. */
export interface Verification {
  readonly acknowledged: number;
  /** Undefined if it was not checked. */
  readonly stored: number | undefined;
  readonly published: number | undefined;
  /** Stored, although the client got no acknowledgement; the collector could not know. */
  readonly unacknowledged: number;
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}

export function verificationFacts(found: Verification): Fact[] {
  const { acknowledged, stored, published, unacknowledged, notes } = found;
  return [
    ...factsOf({
      acknowledged: String(acknowledged),
      stored: stored?.toString(),
      published: published?.toString(),
      'stored but not acknowledged': unacknowledged === 0 ? undefined : String(unacknowledged),
    }),
    ...notes.map((note) => ['note', note] as const),
  ];
}

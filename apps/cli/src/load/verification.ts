import type { Fact } from './report-document.js';
import { type Finding, findingText } from './verify/findings.js';

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
    ['acknowledged', String(acknowledged)],
    ...(stored === undefined ? [] : [['stored', String(stored)] as const]),
    ...(published === undefined ? [] : [['published', String(published)] as const]),
    ...(unacknowledged === 0
      ? []
      : [['stored but not acknowledged', String(unacknowledged)] as const]),
    ...notes.map((note) => ['note', note] as const),
  ];
}

export function verificationProblems({ findings }: Verification): string[] {
  return findings.map(findingText);
}

import type { Fact } from './report-document.js';

/** What a look at the stored and published crashes of the run shows. */
export interface Verification {
  readonly facts: readonly Fact[];
  readonly problems: readonly string[];
}

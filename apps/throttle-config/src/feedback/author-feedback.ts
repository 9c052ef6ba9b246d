import type { RulesetProblem } from '#antenna/throttle';

import type { AcceptedRuleset } from '../ruleset/accepted-ruleset.js';
import type { EditedObject } from '../source/ruleset-source.js';

/** What became of an edit. */
export interface EditOutcome {
  /** Where the edit was made. */
  readonly object: EditedObject;
  readonly result: 'accepted' | 'refused';
  /** The ruleset that is live after the edit. */
  readonly live: AcceptedRuleset;
  /** Why it was refused; empty when it was accepted. */
  readonly errors: readonly RulesetProblem[];
}

/** Answers authors where they made their edit. No method throws or waits. */
export interface AuthorFeedback {
  edited(outcome: EditOutcome): void;
  /** Ends pending work. */
  close(): Promise<void>;
}

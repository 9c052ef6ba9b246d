import { errorMessage } from '#antenna/errors';
import { parseRuleset, type RulesetProblem } from '#antenna/throttle';

import { type AcceptedRuleset, acceptRuleset } from './accepted-ruleset.js';

/** An edit that was refused. The ruleset before it stays live. */
export interface Refusal {
  readonly at: Date;
  readonly errors: readonly RulesetProblem[];
}

/**
 * `repeated`: the same document as the last one. `unchanged`: another document with the same rules. If such a document
 * takes back a refused edit, it is `accepted` instead, because its author waits for an answer.
 */
export type EditResult = 'accepted' | 'refused' | 'unchanged' | 'repeated';

/** The live ruleset and the last refusal. The live ruleset is always the last valid one. */
export class CurrentRuleset {
  private accepted: AcceptedRuleset;
  private lastRefusal: Refusal | undefined;
  private lastDocument: string | undefined;

  constructor(
    initial: AcceptedRuleset,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.accepted = initial;
  }

  get live(): AcceptedRuleset {
    return this.accepted;
  }

  /** Set while the last edit is a refused one. */
  get refusal(): Refusal | undefined {
    return this.lastRefusal;
  }

  /** Validates a ruleset document (YAML) and makes it live if it has no errors. */
  apply(document: string): EditResult {
    if (document === this.lastDocument) return 'repeated';
    this.lastDocument = document;
    const { next, errors } = this.check(document);
    if (!next) return this.refused(errors);
    const { live } = this;
    const isFixed = this.lastRefusal !== undefined;
    this.lastRefusal = undefined;
    const isSame = next.revision === live.revision;
    // The same rules keep their age, but get the line numbers of the new document.
    const keepsAge = isSame && live.origin !== 'bundled';
    this.accepted = keepsAge ? { ...next, acceptedAt: live.acceptedAt } : next;
    return isSame && live.origin === 'source' && !isFixed ? 'unchanged' : 'accepted';
  }

  /** Records an edit that contains no ruleset. */
  refuse(errors: readonly RulesetProblem[]): EditResult {
    if (this.lastDocument === undefined && sameProblems(this.lastRefusal?.errors, errors))
      return 'repeated';
    this.lastDocument = undefined;
    return this.refused(errors);
  }

  private check(document: string): { next?: AcceptedRuleset; errors: readonly RulesetProblem[] } {
    try {
      const parsed = parseRuleset(document);
      const next = acceptRuleset(parsed, {
        origin: 'source',
        acceptedAt: this.now(),
        yaml: document,
      });
      return next ? { next, errors: [] } : parsed;
    } catch (error) {
      // No document is known to cause this. If one does, the live rules stay live.
      const message = `the check of this document failed: ${errorMessage(error)}`;
      return { errors: [{ line: 1, column: 1, message, hint: 'please report this as a bug' }] };
    }
  }

  private refused(errors: readonly RulesetProblem[]): 'refused' {
    this.lastRefusal = { at: this.now(), errors };
    return 'refused';
  }
}

function sameProblems(
  left: readonly RulesetProblem[] | undefined,
  right: readonly RulesetProblem[],
): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

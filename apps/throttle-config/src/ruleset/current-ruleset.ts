import { errorMessage } from '#antenna/telemetry';
import { parseRuleset, type RulesetProblem } from '#antenna/throttle';

import { type AcceptedRuleset, acceptRuleset } from './accepted-ruleset.js';

/** An edit that was not taken, while an older ruleset stays live. */
export interface Refusal {
  readonly at: Date;
  readonly errors: readonly RulesetProblem[];
}

/**
 * What became of a text: `repeated` is the one that was offered last; `unchanged` says the same in other words, unless
 * that takes back a refused edit, whose author waits for an answer.
 */
export type OfferResult = 'accepted' | 'refused' | 'unchanged' | 'repeated';

/** Holds the live ruleset: whatever is offered, it is always the last valid one. */
export class CurrentRuleset {
  private current: AcceptedRuleset;
  private lastRefusal: Refusal | undefined;
  private lastText: string | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    initial: AcceptedRuleset,
    private readonly now: () => Date = () => new Date(),
  ) {
    this.current = initial;
  }

  get live(): AcceptedRuleset {
    return this.current;
  }

  /** The last edit, when it was refused. */
  get refusal(): Refusal | undefined {
    return this.lastRefusal;
  }

  /** Validates a ruleset document (YAML) and makes it live if it has no errors. */
  offer(text: string): OfferResult {
    if (text === this.lastText) return 'repeated';
    this.lastText = text;
    const { next, errors } = this.check(text);
    if (!next) return this.refused(errors);
    const isMended = this.lastRefusal !== undefined;
    this.lastRefusal = undefined;
    if (next.revision !== this.current.revision) return this.swap(next);
    const result = this.confirm(next);
    return isMended ? 'accepted' : result;
  }

  /** Notes an edit that holds no ruleset at all. */
  refuse(errors: readonly RulesetProblem[]): OfferResult {
    if (this.lastText === undefined && sameProblems(this.lastRefusal?.errors, errors))
      return 'repeated';
    this.lastText = undefined;
    return this.refused(errors);
  }

  /** Calls the listener whenever another ruleset has become live, or a fallback is confirmed; what it returns ends that. */
  onSwap(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private check(text: string): { next?: AcceptedRuleset; errors: readonly RulesetProblem[] } {
    try {
      const parsed = parseRuleset(text);
      const next = acceptRuleset(parsed, { origin: 'source', acceptedAt: this.now() });
      return next ? { next, errors: [] } : parsed;
    } catch (error) {
      // Nothing is known to get here; if something does, the rules that are live go on.
      const message = `the checker failed on this text: ${errorMessage(error)}`;
      return { errors: [{ line: 1, column: 1, message, hint: 'please report this as a bug' }] };
    }
  }

  private refused(errors: readonly RulesetProblem[]): 'refused' {
    this.lastRefusal = { at: this.now(), errors };
    return 'refused';
  }

  /** The same rules: they stay as old as they are, but they are the author's now, with today's line numbers. */
  private confirm(next: AcceptedRuleset): OfferResult {
    const { origin, acceptedAt } = this.current;
    this.current = { ...next, acceptedAt: origin === 'bundled' ? next.acceptedAt : acceptedAt };
    if (origin === 'source') return 'unchanged';
    this.tellListeners();
    return 'accepted';
  }

  private swap(next: AcceptedRuleset): OfferResult {
    this.current = next;
    this.tellListeners();
    return 'accepted';
  }

  private tellListeners(): void {
    for (const listener of this.listeners) listener();
  }
}

function sameProblems(
  left: readonly RulesetProblem[] | undefined,
  right: readonly RulesetProblem[],
): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

import { printable } from '../terminal-safe.js';
import { type Answer, type Answers, describeAnswer } from './answer.js';
import type { DecidedByChance, Side } from './decided-by-chance.js';
import type { Occurrence } from './difference.js';
import type { DifferenceGroups } from './difference-groups.js';

/** Answers of which at least one has a crash id, and the other one too, or a rule rejected the report. */
export type KeptAnswers = Readonly<Record<Side, Extract<Answer, { type: 'kept' | 'rejected' }>>>;

interface Sinks {
  readonly groups: DifferenceGroups;
  readonly chance: DecidedByChance;
  readonly answerWithinMs: number;
  /** Whether rules that decided differently did so by chance. */
  readonly byChance: boolean;
}

/**
 * Adds the differences between two answers.
 * @returns the answers when a stored crash has to tell more
 */
export function compareAnswers(
  { a, b }: Answers,
  occurrence: Occurrence,
  { groups, chance, answerWithinMs, byChance }: Sinks,
): KeptAnswers | undefined {
  for (const [side, answer] of Object.entries({ a, b })) {
    if (answer.type === 'none') {
      groups.add({ kind: 'no_answer', subject: `${side}: ${answer.reason}` }, occurrence);
    } else if (answer.ms > answerWithinMs) {
      const late = { kind: 'late_answer', subject: side } as const;
      groups.add({ ...late, [side]: `${Math.round(answer.ms)} ms` }, occurrence);
    }
  }
  if (a.type === 'none' || b.type === 'none') return undefined;
  if (isThrottled(a) && isThrottled(b) && (a.type !== b.type || a.type === 'kept')) {
    if (a.type === b.type) compareWords(a.words, b.words);
    return { a, b };
  }
  const [meaningA, meaningB] = [describeAnswer(a), describeAnswer(b)];
  if (meaningA === meaningB) compareWords(a.words, b.words);
  if (a.type === 'rejected' && b.type === 'rejected')
    addThrottling(rejectedBy(a), rejectedBy(b), occurrence, { groups, chance, byChance });
  else if (meaningA !== meaningB)
    groups.add({ kind: 'answer', subject: printable(`${meaningA}; ${meaningB}`) }, occurrence);
  return undefined;

  function compareWords(wordsA: string, wordsB: string): void {
    if (wordsA === wordsB) return;
    const [inA, inB] = [JSON.stringify(wordsA), JSON.stringify(wordsB)];
    groups.add({ kind: 'answer_text', subject: printable(`${inA}; ${inB}`) }, occurrence);
  }
}

/** Adds what two rules decided about the same report. */
export function addThrottling(
  a: string,
  b: string,
  occurrence: Occurrence,
  { groups, chance, byChance }: Omit<Sinks, 'answerWithinMs'>,
): void {
  if (a === b) return;
  if (byChance) chance.count({ a, b });
  else groups.add({ kind: 'throttling', subject: `${a}; ${b}` }, occurrence);
}

export function rejectedBy({ rule }: { readonly rule: string }): string {
  return `${printable(rule)} rejects`;
}

function isThrottled(answer: Answer): answer is KeptAnswers[Side] {
  return answer.type === 'kept' || answer.type === 'rejected';
}

import type { CorpusReport } from '#antenna/report-corpus';
import type { Answer, Answers } from './answer.js';

/** A rule that decides by chance repeats its rarer decision this often at most once in a million. */
const maxRepeats = 20;
/** After this number of reports, two decisions that never change are taken as different rules. */
const maxConstant = 3;

/**
 * Finds out whether two collectors decide differently about a report by chance, which works with any collector: sends
 * the report again until one of them decides otherwise.
 */
export class ChanceProbe {
  private readonly constant = new Map<string, number>();

  constructor(private readonly sendToBoth: (report: CorpusReport) => Promise<Answers>) {}

  async isByChance(report: CorpusReport, answers: Answers): Promise<boolean> {
    const [a, b] = [decisionIn(answers.a), decisionIn(answers.b)];
    if (a === undefined || b === undefined || a === b) return false;
    const decisions = `${a}; ${b}`;
    const constant = this.constant.get(decisions) ?? 0;
    if (constant >= maxConstant) return false;
    for (let repeat = 0; repeat < maxRepeats; repeat += 1) {
      const next = await this.sendToBoth(report);
      if ((decisionIn(next.a) ?? a) !== a || (decisionIn(next.b) ?? b) !== b) return true;
    }
    this.constant.set(decisions, constant + 1);
    return false;
  }
}

/** As far as an answer tells; undefined when no rule decided. */
function decisionIn(answer: Answer): string | undefined {
  if (answer.type === 'kept') return isDeferred(answer.crashId) ? 'defer' : 'accept';
  return answer.type === 'rejected' ? answer.rule : undefined;
}

/** docs/submission.md, "Crash id"; the predecessor's ids are the same. */
export function isDeferred(crashId: string): boolean {
  return crashId.at(-7) === '1';
}

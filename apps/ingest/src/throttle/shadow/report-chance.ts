import type { EvaluationOptions } from '#antenna/throttle';

/** Time and random numbers of one report. */
export type ReportChance = Pick<EvaluationOptions, 'now' | 'random'>;

/** Rules of the same name draw the same, in the live ruleset and in a draft. */
export function newReportChance(): ReportChance {
  const at = new Date();
  const draws = new Map<string, number>();
  return {
    now: () => at,
    random: (rule) => {
      const draw = draws.get(rule) ?? Math.random();
      draws.set(rule, draw);
      return draw;
    },
  };
}

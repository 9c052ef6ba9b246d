import { runMicro } from './run-micro.js';

/** What deciding reports costs; each figure is one round. */
export interface Verdicts {
  /** Verdicts for each second of CPU time, on annotations that are texts. */
  readonly perSecond: number[];
  /** The same when the texts are made first, as ingest does for each report. */
  readonly perSecondWithTexts: number[];
  /** Reports of the mix by the rule that decided them. */
  readonly decided: Readonly<Record<string, number>>;
}

export async function measureVerdicts(rounds: number): Promise<Verdicts> {
  return await runMicro<Verdicts>('verdicts-process', String(rounds));
}

import { runMicro } from './run-micro.js';

/** What the calls to metrics and spans cost a report while nothing is exported; each figure is one round. */
export interface Instrumentation {
  /** Microseconds a report. */
  readonly spansUs: number[];
  readonly metricsUs: number[];
}

export async function measureInstrumentation(rounds: number): Promise<Instrumentation> {
  return await runMicro<Instrumentation>('instrumentation-process', String(rounds));
}

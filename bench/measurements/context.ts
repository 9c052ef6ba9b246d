import type { RequestFiles } from '../load/request-files.js';
import type { Plan } from '../plan.js';

export interface MeasurementContext {
  readonly plan: Plan;
  readonly requests: RequestFiles;
  /** On the disk under test. */
  readonly folder: string;
  /** Makes a folder in it. */
  readonly newFolder: () => Promise<string>;
  /** Whether to measure this round, counted from 0. The first is always measured, others while there is time. */
  readonly goesOn: (round: number, rounds: number) => boolean;
  /** Shows what is being measured. */
  readonly progress: (text: string) => void;
}

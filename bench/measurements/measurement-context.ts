import type { RequestFiles } from '../load/request-files.js';
import type { Plan } from '../plan.js';

/** What every measurement is given. */
export interface MeasurementContext {
  readonly plan: Plan;
  readonly requests: RequestFiles;
  /** On the disk under test. */
  readonly folder: string;
  /** Makes a folder in it. */
  readonly newFolder: () => Promise<string>;
  /** Whether to make this round, counted from 0: the first always, further ones while there is time. */
  readonly goesOn: (round: number, rounds: number) => boolean;
  /** Tells a waiting person what is under way. */
  readonly progress: (text: string) => void;
}

/** The items, beginning with another one each time: nobody always runs first. */
export function rotated<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

import { randomInt } from 'node:crypto';

import type { Parameters } from 'fast-check';

import { type SeededRandom, seededRandom } from '#antenna/testing';

/** How often a fuzz test runs, and from which seed. The same numbers repeat a run. */
export class FuzzRun {
  private constructor(
    readonly runs: number,
    readonly seed: number,
  ) {}

  /**
   * From `FUZZ_RUNS` and `FUZZ_SEED`, and prints both.
   * @param share of the runs that this test makes: those that take longer make fewer
   */
  static of(test: string, share = 1): FuzzRun {
    const runs = Math.max(1, Math.round(setting('FUZZ_RUNS', 2000) * share));
    const seed = setting('FUZZ_SEED', randomInt(2 ** 31));
    process.stderr.write(`fuzz: ${test}: ${runs} runs with FUZZ_SEED=${seed}\n`);
    return new FuzzRun(runs, seed);
  }

  /** For a property of fast-check. */
  get parameters(): Pick<Parameters, 'numRuns' | 'seed'> {
    return { numRuns: this.runs, seed: this.seed };
  }

  /** Runs the task with each run's own random numbers, several at a time. */
  async each(
    parallel: number,
    task: (random: SeededRandom, run: number) => Promise<void>,
  ): Promise<void> {
    let next = 0;
    const work = async (): Promise<void> => {
      for (let run = next++; run < this.runs; run = next++) {
        await task(seededRandom(this.seed + run), run).catch((error: unknown) => {
          throw new Error(`run ${run} with FUZZ_SEED=${this.seed} failed`, { cause: error });
        });
      }
    };
    await Promise.all(Array.from({ length: parallel }, work));
  }
}

function setting(name: string, otherwise: number): number {
  // oxlint-disable-next-line no-process-env
  return Number(process.env[name] ?? otherwise);
}

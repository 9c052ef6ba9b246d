import type { CrashFeed, CrashSearch, IndexedFacts } from '#antenna/crash-index';

import { percentile, spreadOf } from '../statistics.js';
import { questions } from './questions.js';
import { syntheticCrashes } from './synthetic-crashes.js';

/** An index under measurement. */
export interface MeasuredIndex {
  readonly feed: CrashFeed;
  readonly search: CrashSearch;
  /** CPU time in milliseconds of all that writes and searches, since any time. */
  cpuMs(): Promise<number>;
  /** Makes what was put visible to searches and final on the disk. */
  settle(): Promise<void>;
  bytes(): Promise<number>;
}

interface Answered {
  readonly title: string;
  readonly medianMs: number;
  readonly p95Ms: number;
  /** Of all threads, on average: other work of the machine does not affect it. */
  readonly cpuMs: number;
}

export interface IndexFigures {
  readonly crashes: number;
  /** Crashes indexed in a second, and in a second of CPU time. */
  readonly perSecond: number;
  readonly perCpuSecond: number;
  readonly bytesPerCrash: number;
  readonly questions: readonly Answered[];
}

/** As many as the processor puts at once while it catches up. */
const batchSize = 500;

/** Fills an empty index, then asks it what the pages ask. The time to make the crashes is not counted. */
export async function measureIndex(
  index: MeasuredIndex,
  plan: { readonly crashes: number; readonly rounds: number; readonly until: number },
  progress: (text: string) => void,
): Promise<IndexFigures> {
  const { crashes, rounds, until } = plan;
  let [wallMs, cpuMs, put] = [0, 0, 0];
  const putAll = async (batch: IndexedFacts[]): Promise<void> => {
    const [at, cpu] = [performance.now(), await index.cpuMs()];
    await index.feed.put(batch, until);
    wallMs += performance.now() - at;
    cpuMs += (await index.cpuMs()) - cpu;
    put += batch.length;
    if (put % 100_000 === 0) progress(`${put} crashes, ${Math.round((put / wallMs) * 1000)}/s`);
  };
  let batch: IndexedFacts[] = [];
  for (const crash of syntheticCrashes(crashes, until)) {
    batch.push(crash);
    if (batch.length < batchSize) continue;
    await putAll(batch);
    batch = [];
  }
  if (batch.length > 0) await putAll(batch);
  await index.settle();
  const answered: Answered[] = [];
  for (const { title, ask } of questions) {
    await ask(index.search, until, rounds);
    const times: number[] = [];
    const cpu = await index.cpuMs();
    for (let round = 0; round < rounds; round += 1) {
      const at = performance.now();
      await ask(index.search, until, round);
      times.push(performance.now() - at);
    }
    const sorted = times.toSorted((a, b) => a - b);
    const figures = {
      title,
      medianMs: spreadOf(sorted).median,
      p95Ms: percentile(sorted, 0.95),
      cpuMs: ((await index.cpuMs()) - cpu) / rounds,
    };
    progress(`${title}: ${figures.medianMs.toFixed(0)} ms, ${figures.cpuMs.toFixed(0)} of CPU`);
    answered.push(figures);
  }
  return {
    crashes,
    perSecond: (crashes / wallMs) * 1000,
    perCpuSecond: (crashes / cpuMs) * 1000,
    bytesPerCrash: (await index.bytes()) / crashes,
    questions: answered,
  };
}

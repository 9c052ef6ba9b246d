import type { CorpusReport, ReportCorpus } from '#antenna/report-corpus';
import { pause } from '#antenna/time';
import { inParallel } from '../in-parallel.js';
import { type Answers, answerOf } from './answer.js';
import { ChanceProbe } from './chance-probe.js';
import { compareAnswers } from './compare-answers.js';
import type { DecidedByChance, Side } from './decided-by-chance.js';
import type { DifferenceGroups } from './difference-groups.js';
import type { Stores } from './find-crash.js';
import { StoredPair } from './stored-pair.js';

export interface CollectorsOptions {
  readonly urls: Readonly<Record<Side, URL>>;
  readonly stores: Stores;
  readonly count: number;
  readonly corpus: ReportCorpus;
  /** Reports in flight, and crashes that are read, at the same time. */
  readonly concurrency: number;
  readonly answerWithinMs: number;
  /** How long to wait while no further crash appears in the stores. */
  readonly storedWithinMs: number;
  readonly groups: DifferenceGroups;
  readonly chance: DecidedByChance;
  readonly signal: AbortSignal;
  /** Called for each report that is compared. */
  readonly onCompared: () => void;
}

const pollMs = 250;

/**
 * Sends the same reports to two collectors, waits until they are stored, and compares answers and stored crashes.
 * @returns the number of crashes that both have stored
 */
export async function compareCollectors(options: CollectorsOptions): Promise<number> {
  const { count, concurrency, signal } = options;
  const probe = new ChanceProbe(async (report) => await sendToBoth(options, report));
  const waiting: StoredPair[] = [];
  await inParallel(Array.from({ length: count }).keys(), concurrency, async (index) => {
    if (signal.aborted) return;
    const pair = await compareReport(options, probe, index);
    if (pair) waiting.push(pair);
    else options.onCompared();
  });
  return await compareWhenStored(options, waiting);
}

/** @returns the crashes to compare when they are stored; undefined when neither collector keeps the report */
async function compareReport(
  options: CollectorsOptions,
  probe: ChanceProbe,
  index: number,
): Promise<StoredPair | undefined> {
  const report = options.corpus.at(index);
  const answers = await sendToBoth(options, report);
  const byChance = await probe.isByChance(report, answers);
  if (options.signal.aborted) return undefined;
  const occurrence = { report: `${report.kind} #${index}`, ...idsOf(answers) };
  const kept = compareAnswers(answers, occurrence, { ...options, byChance });
  return kept && new StoredPair(kept, report.kind, occurrence, byChance);
}

async function sendToBoth({ urls, signal }: CollectorsOptions, report: CorpusReport) {
  const [a, b] = await Promise.all([
    answerOf(urls.a, report, signal),
    answerOf(urls.b, report, signal),
  ]);
  return { a, b };
}

function idsOf({ a, b }: Answers) {
  return {
    ...(a.type === 'kept' && { crashIdA: a.crashId }),
    ...(b.type === 'kept' && { crashIdB: b.crashId }),
  };
}

async function compareWhenStored(
  options: CollectorsOptions,
  pairs: readonly StoredPair[],
): Promise<number> {
  const { concurrency, stores, signal, storedWithinMs } = options;
  let waiting = pairs;
  let stored = 0;
  let changedAt = performance.now();
  while (waiting.length > 0 && !signal.aborted) {
    const when = performance.now() - changedAt < storedWithinMs ? 'stored' : 'last';
    const left: StoredPair[] = [];
    await inParallel(waiting, concurrency, async (pair) => {
      const found = signal.aborted ? undefined : await pair.compare(stores, when, options);
      if (found === undefined) {
        left.push(pair);
        return;
      }
      changedAt = performance.now();
      stored += found === 2 ? 1 : 0;
      options.onCompared();
    });
    waiting = left;
    if (waiting.length > 0) await pause(pollMs, signal);
  }
  return stored;
}

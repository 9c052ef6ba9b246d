import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { type CorpusChoice, corpusOf } from '../corpus/corpus-options.js';
import { type ProgressBar, progressBar } from '../progress-bar.js';
import { openCrashStore } from '../stored/crash-store.js';
import { assertOwnHost } from '../target-host.js';
import { compareCollectors } from './compare-collectors.js';
import { compareStores } from './compare-stores.js';
import type { Comparison } from './comparison.js';
import { DecidedByChance } from './decided-by-chance.js';
import type { DifferenceGroups } from './difference-groups.js';
import type { Stores } from './find-crash.js';

/** What to compare. */
export interface ComparisonOptions extends CorpusChoice {
  readonly a?: URL;
  readonly b?: URL;
  readonly stored: readonly string[];
  readonly count: number;
  readonly concurrency: number;
  readonly answerWithin: number;
  readonly storedWithin: number;
  readonly since?: string;
  readonly until?: string;
  readonly yesThisIsMine?: true;
}

type Result = Pick<Comparison, 'a' | 'b' | 'sent' | 'stored' | 'remarks'>;

/** Compares two collectors, or two stores when no collectors are given. */
export async function runComparison(
  options: ComparisonOptions,
  groups: DifferenceGroups,
  context: CliContext,
): Promise<Result> {
  const { a, b, count, concurrency, yesThisIsMine } = options;
  if ((a === undefined) !== (b === undefined))
    throw new CliError('--a and --b must be given together');
  for (const url of [a, b])
    if (url) await assertOwnHost(url, { confirmed: yesThisIsMine === true });
  const [storedA, storedB, ...others] = options.stored;
  if (storedA === undefined || storedB === undefined || others.length > 0)
    throw new CliError(`--stored takes two locations, not ${options.stored.length}`);
  const stores = {
    a: await openCrashStore(storedA, context),
    b: await openCrashStore(storedB, context),
  };
  const shared = { stores, groups, concurrency, signal: context.interrupted };
  if (a === undefined || b === undefined) return await storesResult(options, shared, context);

  const chance = new DecidedByChance();
  const corpus = corpusOf(options, context);
  const bar = progressBar(context.stderr, count);
  const stored = await compareCollectors({
    ...shared,
    urls: { a, b },
    count,
    chance,
    corpus,
    answerWithinMs: options.answerWithin,
    storedWithinMs: options.storedWithin,
    onCompared: () => bar.advance(1),
  }).finally(() => bar.stop());
  chance.addDifferences(groups);
  return { a: a.href, b: b.href, sent: count, stored, remarks: chance.remarks() };
}

interface Shared {
  readonly stores: Stores;
  readonly groups: DifferenceGroups;
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

async function storesResult(
  { since = '00000000', until = '99999999' }: ComparisonOptions,
  shared: Shared,
  { stderr }: CliContext,
): Promise<Result> {
  if (until < since) throw new CliError(`--until ${until} is before --since ${since}`);
  let bar: ProgressBar | undefined;
  const stored = await compareStores({
    ...shared,
    since,
    until,
    onListed: (count) => (bar = progressBar(stderr, count)),
    onCompared: (count) => bar?.advance(count),
  }).finally(() => bar?.stop());
  const { a, b } = shared.stores;
  return { a: a.location, b: b.location, stored, remarks: [] };
}

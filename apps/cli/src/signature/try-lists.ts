import { signatureOf } from '#antenna/signature';
import { type StoredCrashes, StoredCrashesError } from '#antenna/stored-crashes';
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { dayOf } from '../days.js';
import { countOf } from '../human-units.js';
import { inParallel } from '../in-parallel.js';
import { progressBar } from '../progress-bar.js';
import { parseSince, type Since } from '../since.js';
import { type StoreOptions, withStoredCrashes } from '../stored/with-stored-crashes.js';
import { readLists } from './read-lists.js';
import { Regrouping } from './regrouping.js';
import { regroupingText } from './regrouping-text.js';
import { readStoredInput } from './stored-input.js';

interface TryChoice extends StoreOptions {
  readonly lists: string;
  readonly base?: string;
  readonly since?: Since;
  readonly product?: readonly string[];
  readonly limit: number;
  readonly json?: true;
}

/** Processed crashes that are read at the same time: most have below 1 MiB, the largest a few. */
const parallelReads = 8;

/** Signs stored crashes with two lists and prints how their groups differ. */
export async function tryLists(choice: TryChoice, context: CliContext): Promise<void> {
  const { base: baseFile, since: sinceOf = parseSince('7d'), limit, json } = choice;
  if (choice.lists === '-' && baseFile === '-')
    throw new CliError('--lists and --base cannot both come from standard input');
  const lists = await readLists(choice.lists, context);
  const base = await readLists(baseFile, context);
  const since = dayOf(sinceOf(context.now()));
  const { stdout, stderr, interrupted } = context;
  await withStoredCrashes(choice, context, async (crashes) => {
    const regrouping = new Regrouping();
    const skipped = { notProcessed: 0, damaged: 0 };
    const sign = async (crashId: string): Promise<void> => {
      const found = await readStoredInput(crashes, crashId).catch((error: unknown) => {
        if (!(error instanceof StoredCrashesError)) throw error;
        skipped.damaged += 1;
        return 'damaged' as const;
      });
      if (found === 'damaged') return;
      if (found === undefined) {
        skipped.notProcessed += 1;
        return;
      }
      const { processed, input } = found;
      if (choice.product?.includes(processed.product ?? '') === false) return;
      const before = signatureOf(input, base).signature;
      regrouping.add(crashId, before, signatureOf(input, lists).signature);
    };
    await forEachCrash(crashes, since, context, sign);
    const result = regrouping.result();
    const revisions = { base: base.revision, lists: lists.revision };
    if (json === true) {
      await printLine(
        stdout,
        JSON.stringify({ since, ...revisions, ...skipped, ...result }, null, 2),
      );
    } else {
      await print(stdout, regroupingText(result, limit));
    }
    const { notProcessed, damaged } = skipped;
    if (notProcessed > 0)
      await printLine(stderr, `${countOf(notProcessed, 'crash is', 'crashes are')} not processed`);
    if (interrupted.aborted) throw new CliError('interrupted; there are more crashes', 130);
    if (damaged > 0)
      throw new CliError(`${countOf(damaged, 'raw crash is', 'raw crashes are')} damaged`);
  });
}

async function forEachCrash(
  crashes: StoredCrashes,
  since: string,
  { stderr, interrupted }: CliContext,
  work: (crashId: string) => Promise<void>,
): Promise<void> {
  const dates = await Array.fromAsync(crashes.dates({ since }));
  const bar = progressBar(stderr, stderr.isTTY === true ? await countOfDays(crashes, dates) : 0);
  try {
    for (const date of dates) {
      const crashIds = untilAborted(crashes.crashIds(date), interrupted);
      await inParallel(crashIds, parallelReads, async (crashId) => {
        await work(crashId);
        bar.advance(1);
      });
    }
  } finally {
    bar.stop();
  }
}

async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  for await (const item of items) {
    if (signal.aborted) return;
    yield item;
  }
}

async function countOfDays(crashes: StoredCrashes, dates: readonly string[]): Promise<number> {
  let count = 0;
  for (const date of dates) for await (const _ of crashes.crashIds(date)) count += 1;
  return count;
}

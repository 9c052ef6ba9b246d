import type { StoredCrashes } from '#antenna/stored-crashes';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import {
  addChangeOptions,
  changeCrashes,
  type ChangeOptions,
  type ChangeRun,
} from '../crashes/change-crashes.js';
import { crashesOfDays, namedCrashes } from '../crashes/crashes-to-change.js';
import { addFilterOptions, crashFilter, type FilterOptions } from '../crashes/crash-filter.js';
import { addIdOptions, digestOf, type IdOptions, namedIds } from '../crashes/named-crashes.js';
import { type IndexRemoval, withIndexRemoval } from '../crash-index/index-removal.js';
import {
  addStoreOptions,
  type StoreOptions,
  withStoredCrashes,
} from '../stored/with-stored-crashes.js';

interface EraseOptions extends ChangeOptions, FilterOptions, IdOptions, StoreOptions {}

/** `antenna crashes erase`: deletes crashes with their dumps. */
export function addEraseCommand(crashes: Command, context: CliContext): void {
  const command = crashes
    .command('erase')
    .description('Delete stored crashes: raw crash, dumps and their names.');
  addStoreOptions(addChangeOptions(addFilterOptions(addIdOptions(command))), context)
    .addHelpText(
      'after',
      `
Examples:
  $ antenna crashes erase --id de1bb258-cbbf-4589-a673-34f800160918 --reason "request 77" --versions
  $ antenna crashes erase --date 20261122 --product Fenix --reason "bug 1234" --state erasure.json \\
      --audit audit.jsonl --stored s3://crashes

Crashes that are chosen by day need --state or --dry-run: a crash that is half erased when the command is killed is in no
listing, and the next run with the same file completes it. Copies in staging, spools and processed data are not touched.`,
    )
    .action(async (options: EraseOptions) => {
      const named = await namedIds(options, context);
      if (!named && options.state === undefined && options.dryRun !== true)
        throw new CliError('--state is required to erase by day; or look first with --dry-run');
      await withStoredCrashes(
        { ...options, access: options.dryRun === true ? 'read' : 'write' },
        context,
        async (store) => {
          await withIndexRemoval(store, context, async (index) => {
            const erasure = { store, index, now: context.now, options };
            const run = named ? erasureOf(erasure, named) : erasureByDay(erasure);
            await changeCrashes(run, options, context);
          });
        },
      );
    });
}

interface Erasure {
  readonly store: StoredCrashes;
  readonly index: IndexRemoval;
  readonly now: () => Date;
  readonly options: EraseOptions;
}

/** Entries of the index that a processor with another clock has written just now are removed, too. */
const clockSkewMs = 60_000;

function erasureOf(erasure: Erasure, ids: readonly string[]): ChangeRun {
  const { store, options } = erasure;
  const source = namedCrashes(ids);
  return {
    ...source,
    done: 'erased',
    description: {
      action: 'erase',
      store: store.location,
      versions: options.versions === true,
      ...digestOf(ids),
    },
    change: erasing(erasure, async () => true),
  };
}

function erasureByDay(erasure: Erasure): ChangeRun {
  const { store, options } = erasure;
  const filter = crashFilter(options);
  /** A raw crash that is gone belongs to a crash that a killed run was erasing. */
  const matches = async (crashId: string): Promise<boolean> => {
    if (!filter.readsRawCrash) return true;
    const rawCrash = await store.rawCrash(crashId);
    return rawCrash === undefined || filter.matches(rawCrash);
  };
  return {
    ...crashesOfDays(store, filter),
    done: 'erased',
    description: {
      action: 'erase',
      store: store.location,
      versions: options.versions === true,
      ...filter.description,
    },
    change: erasing(erasure, matches),
  };
}

function erasing(
  { store, index, now, options: { versions, reason, dryRun } }: Erasure,
  isChosen: (crashId: string) => Promise<boolean>,
): ChangeRun['change'] {
  return async (crashId, audit) => {
    if (!(await isChosen(crashId))) return 'unchanged';
    const found = await store.erase(crashId, {
      versions: versions === true ? 'all' : 'current',
      confirm: async () => {
        if (dryRun === true) return false;
        const details = { versions: versions === true, reason, store: store.location };
        await audit.record({ action: 'erase', crashId, ...details });
        return true;
      },
    });
    // Last, so that no processor adds it again, and also for a crash that a killed run had erased.
    if (dryRun !== true) await index.remove(crashId, now().getTime() + clockSkewMs);
    return found ? 'changed' : 'unchanged';
  };
}

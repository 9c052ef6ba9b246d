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
import { removeFromIndex } from '../processed/open-index.js';
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
          const run = named ? erasureOf(store, named, options) : erasureByDay(store, options);
          await changeCrashes(run, options, context);
        },
      );
    });
}

function erasureOf(store: StoredCrashes, ids: readonly string[], options: EraseOptions): ChangeRun {
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
    change: erasing(store, options, async () => true),
  };
}

function erasureByDay(store: StoredCrashes, options: EraseOptions): ChangeRun {
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
    change: erasing(store, options, matches),
  };
}

function erasing(
  store: StoredCrashes,
  { versions, reason, dryRun }: EraseOptions,
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
        await removeFromIndex(store, crashId);
        return true;
      },
    });
    return found ? 'changed' : 'unchanged';
  };
}

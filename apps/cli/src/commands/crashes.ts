import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { type CrashColumn, columnNames, crashColumns } from '../crashes/crash-columns.js';
import { addFilterOptions, crashFilter, type FilterOptions } from '../crashes/crash-filter.js';
import { listCrashes } from '../crashes/list-crashes.js';
import { upTo } from '../option-values.js';
import { addEraseCommand } from './crashes-erase.js';
import { addRemoveAnnotationCommand } from './crashes-remove-annotation.js';
import {
  addStoreOptions,
  type StoreOptions,
  withStoredCrashes,
} from '../stored/with-stored-crashes.js';

interface ListOptions extends FilterOptions, StoreOptions {
  readonly columns?: readonly CrashColumn[];
  readonly limit?: number;
  readonly json?: true;
}

/** `antenna crashes`: finds and changes stored crashes. */
export function addCrashesCommand(program: Command, context: CliContext): void {
  const crashes = program.command('crashes').description('Find, change and erase stored crashes.');
  const ls = crashes.command('ls').description('List stored crashes, newest first.');
  addStoreOptions(addFilterOptions(ls), context)
    .option(
      '--columns <list>',
      `separated by commas: ${columnNames}, or annotations, also as NAME#/json/pointer (default: id,stored)`,
      crashColumns,
    )
    .option('--limit <number>', 'stop after this many', upTo(1_000_000_000))
    .option('--json', 'print one JSON object per line')
    .addHelpText(
      'after',
      `
Examples:
  $ antenna crashes ls --date 20261122 --limit 20
  $ antenna crashes ls --since 20261101 --until 20261107 --product Firefox --channel nightly --json
  $ antenna crashes ls --date 20261122 --has URL --columns id,version,URL --stored s3://crashes

A filter by content, and a column other than id, stored, size and verdict, read each raw crash: one request per crash.
Days are those of the crash ids; within a day, crashes are sorted by the time of the last write. The exit code is 0 also
if nothing is found, and 1 if a raw crash that had to be read is damaged.`,
    )
    .action(
      async ({ columns = crashColumns('id,stored'), limit, json, ...options }: ListOptions) => {
        const filter = crashFilter(options);
        await withStoredCrashes(options, context, async (store) => {
          const choice = { filter, columns, limit: limit ?? Number.POSITIVE_INFINITY };
          await listCrashes(store, { ...choice, json: json === true }, context);
        });
      },
    );
  addRemoveAnnotationCommand(crashes, context);
  addEraseCommand(crashes, context);
}

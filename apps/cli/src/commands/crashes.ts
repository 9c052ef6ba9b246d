import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { type CrashColumn, columnNames, crashColumns } from '../crashes/crash-columns.js';
import { addFilterOptions, crashFilter, type FilterOptions } from '../crashes/crash-filter.js';
import { listCrashes } from '../crashes/list-crashes.js';
import { collectStrings, upTo } from '../option-values.js';
import { processedFacts } from '../processed/find-processed.js';
import { openIndex } from '../processed/open-index.js';
import { addEraseCommand } from './crashes-erase.js';
import { addRemoveAnnotationCommand } from './crashes-remove-annotation.js';
import { addTopCommand } from './crashes-top.js';
import {
  addStoreOptions,
  type StoreOptions,
  withStoredCrashes,
} from '../stored/with-stored-crashes.js';

interface ListOptions extends FilterOptions, StoreOptions {
  readonly signature?: readonly string[];
  readonly columns?: readonly CrashColumn[];
  readonly limit?: number;
  readonly json?: true;
}

/** `antenna crashes`: finds and changes stored crashes. */
export function addCrashesCommand(program: Command, context: CliContext): void {
  const crashes = program.command('crashes').description('Find, change and erase stored crashes.');
  const ls = crashes.command('ls').description('List stored crashes, newest first.');
  addStoreOptions(addFilterOptions(ls, context.now), context)
    .option(
      '--signature <signature>',
      'signature; ~TEXT: contains the text; can be repeated',
      collectStrings,
    )
    .option(
      '--columns <list>',
      `separated by commas: ${columnNames}, or annotations, also as NAME#/json/pointer (default: id,stored, and signature where there is an index)`,
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
  $ antenna crashes ls --since 7d --signature '~Level::load' --columns id,signature,reason
  $ antenna crashes ls --date 20261122 --has URL --columns id,version,URL --stored s3://crashes

A filter by content, and columns of the content, read each raw crash: one request per crash. So do signature and reason
with each processed crash, but not in a data directory of \`npm start\`, which has an index.
Days are those of the crash ids; within a day, crashes are sorted by the time of the last write. The exit code is 0 also
if nothing is found, and 1 if a raw crash that had to be read is damaged.`,
    )
    .action(async ({ columns, limit, json, signature, ...options }: ListOptions) => {
      const filter = crashFilter(options);
      await withStoredCrashes(options, context, async (store) => {
        const index = await openIndex(store);
        try {
          const choice = {
            filter,
            columns: columns ?? crashColumns(index ? 'id,stored,signature' : 'id,stored'),
            limit: limit ?? Number.POSITIVE_INFINITY,
            json: json === true,
            findProcessed: processedFacts(store, index),
            matchesSignature: signature && signatureMatcher(signature),
          };
          await listCrashes(store, choice, context);
        } finally {
          await index?.close();
        }
      });
    });
  addTopCommand(crashes, context);
  addRemoveAnnotationCommand(crashes, context);
  addEraseCommand(crashes, context);
}

/** Any of these signatures; `~text`: any that contains the text. */
function signatureMatcher(wanted: readonly string[]): (signature: string | undefined) => boolean {
  return (signature) =>
    signature !== undefined &&
    wanted.some((text) =>
      text.startsWith('~') ? signature.includes(text.slice(1)) : signature === text,
    );
}

import type { Command } from 'commander';
import { type CrashQuery, maxQueryDays } from '#antenna/crash-index';
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { dayOf } from '../days.js';
import { collectStrings, upTo } from '../option-values.js';
import { withIndexSince } from '../processed/index-of-days.js';
import { topDocument, topTable } from '../processed/top-table.js';
import { parseSince, type Since } from '../since.js';
import {
  addStoreOptions,
  type StoreOptions,
  withStoredCrashes,
} from '../stored/with-stored-crashes.js';

interface TopOptions extends StoreOptions {
  readonly since?: Since;
  readonly product?: readonly string[];
  readonly version?: readonly string[];
  readonly channel?: readonly string[];
  readonly process?: readonly string[];
  readonly limit: number;
  readonly json?: true;
}

const dayMs = 86_400_000;

/** `antenna crashes top`: counts processed crashes by signature. */
export function addTopCommand(crashes: Command, context: CliContext): void {
  const top = crashes
    .command('top')
    .description('Count processed crashes by signature, the most frequent first.');
  addStoreOptions(top, context)
    .option(
      '--since <age or yyyymmdd>',
      'crashes that were submitted in the last 12h or 7d, or since a day (UTC) (default: 7d)',
      parseSince,
    )
    .option('--product <name>', 'product; repeat it for any of several', collectStrings)
    .option('--version <version>', 'version; can be repeated', collectStrings)
    .option('--channel <name>', 'release channel; can be repeated', collectStrings)
    .option('--process <type>', 'type of the crashed process; can be repeated', collectStrings)
    .option('--limit <number>', 'number of signatures', upTo(1000), 20)
    .option('--json', 'print one JSON document, with uncut values')
    .addHelpText(
      'after',
      `
Examples:
  $ antenna crashes top
  $ antenna crashes top --since 1d --product Firefox --channel nightly
  $ antenna crashes top --since 20261122 --stored s3://crashes --json

First and last seen are the times (UTC) of the counted crashes. A data directory of \`npm start\` has an index; elsewhere,
each crash of these days costs a request. The exit code is 0 also if nothing is found.`,
    )
    .action(async ({ since: sinceOf = parseSince('7d'), limit, json, ...options }: TopOptions) => {
      const now = context.now();
      const since = sinceOf(now);
      if (since >= now) throw new CliError(`--since ${dayOf(since)} is not in the past`);
      if (now.getTime() - since.getTime() > maxQueryDays * dayMs)
        throw new CliError(`--since ${dayOf(since)} is more than ${maxQueryDays} days ago`);
      const { product, version, channel, process } = options;
      const buckets = Math.round((now.getTime() - since.getTime()) / dayMs);
      const request = {
        by: 'signature',
        within: 'version',
        limit,
        buckets: Math.min(28, Math.max(7, buckets)),
      } as const;
      const filters = {
        product,
        version,
        release_channel: channel,
        process_type: process,
      } as const;
      const query: CrashQuery = {
        since: since.getTime(),
        // Crashes of this moment count, too.
        until: now.getTime() + 1,
        conditions: Object.entries(filters).flatMap(([field, values]) =>
          values ? [{ field: field as keyof typeof filters, operator: 'is', values }] : [],
        ),
      };
      await withStoredCrashes(options, context, async (store) => {
        await withIndexSince(store, dayOf(since), context, async (index) => {
          const {
            total,
            groups: [signatures],
          } = await index.groups(query, [request]);
          const found = { total, groupCount: 0, groups: [], ...signatures };
          const { stdout, stderr } = context;
          const width = stdout.isTTY === true ? stdout.columns : undefined;
          if (json === true) await printLine(stdout, topDocument(found, query, request.buckets));
          else if (total === 0) await printLine(stderr, 'no processed crashes found');
          else await print(stdout, topTable(found, width));
        });
      });
    });
}

import { pendingCount } from '#antenna/crash-index';
import type { StoredCrashes } from '#antenna/stored-crashes';
import type { Command } from 'commander';
import { type CliContext, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { type ConfiguredIndex, openConfiguredIndex } from '../crash-index/configured-index.js';
import { type RebuildCounts, rebuildDay } from '../crash-index/rebuild-day.js';
import { dayOf, startOfDay } from '../days.js';
import { countOf, formatBytes } from '../human-units.js';
import { parseDay } from '../option-values.js';
import { progressBar } from '../progress-bar.js';
import {
  addStoreOptions,
  type StoreOptions,
  withStoredCrashes,
} from '../stored/with-stored-crashes.js';

interface RebuildOptions extends StoreOptions {
  readonly since: string;
  readonly until?: string;
  readonly json?: true;
}

interface StatusOptions extends StoreOptions {
  readonly json?: true;
}

const dayMs = 86_400_000;
/** The longest time that a query may have, without the rest of today. */
const shownDays = 399;

/** `antenna index`: the index of processed crashes, in which Crash Stats searches. */
export function addIndexCommand(program: Command, context: CliContext): void {
  const index = program
    .command('index')
    .description('Look at the index of processed crashes, or make it again from the crash store.');
  addRebuild(index, context);
  addStatus(index, context);
}

function addRebuild(index: Command, context: CliContext): void {
  const rebuild = index
    .command('rebuild')
    .description(
      'Put the processed crashes of some days into the index, and remove those that are gone.',
    );
  addStoreOptions(rebuild, context)
    .requiredOption('--since <yyyymmdd>', 'first day, by the crash ids', parseDay)
    .option('--until <yyyymmdd>', 'last day (default: today, UTC)', parseDay)
    .option('--json', 'print the summary as one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  $ antenna index rebuild --since 20261101
  $ CRASH_INDEX=https://search.example.org antenna index rebuild --since 20261101 --until 20261107

The index is that of CRASH_INDEX (docs/configuration.md), or of \`npm start\` in the data directory. Processors may go on
meanwhile. Each crash costs a request to the store. After Ctrl-C, the command says how to continue.`,
    )
    .action(async ({ since, until = dayOf(context.now()), json, ...options }: RebuildOptions) => {
      if (since > until) throw new CliError(`--since ${since} is after --until ${until}`);
      await withIndex(options, 'write', context, async (crashes, opened) => {
        const { stdout, stderr, interrupted, now } = context;
        const days = daysFrom(since, until);
        const counts = { examined: 0, indexed: 0, removed: 0 };
        const bar = progressBar(stderr, days.length);
        let stoppedAt: string | undefined;
        try {
          for (const day of days) {
            stoppedAt = day;
            await rebuildDay(day, { crashes, index: opened, now, interrupted, counts });
            if (interrupted.aborted) break;
            stoppedAt = undefined;
            bar.advance(1);
          }
        } finally {
          bar.stop();
          await printLine(stdout, json === true ? document(counts, stoppedAt) : summary(counts));
          const rest = `--since ${stoppedAt} --until ${until}`;
          if (stoppedAt !== undefined)
            await printLine(stderr, `to continue: antenna index rebuild ${rest}`);
        }
        if (stoppedAt !== undefined) throw new CliError('interrupted', 130);
      });
    });
}

function document(counts: RebuildCounts, stoppedAt: string | undefined): string {
  const isComplete = stoppedAt === undefined;
  return JSON.stringify({ ...counts, isComplete, ...(!isComplete && { continueAt: stoppedAt }) });
}

function summary({ examined, indexed, removed }: RebuildCounts): string {
  return `indexed ${countOf(indexed, 'crash', 'crashes')} of ${examined} stored, removed ${removed}`;
}

function addStatus(index: Command, context: CliContext): void {
  const status = index
    .command('status')
    .description('Show where the index is, how large it is, and what waits for it.');
  addStoreOptions(status, context)
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  $ antenna index status
  $ CRASH_INDEX=https://search.example.org antenna index status --json

Crashes are counted that were received in the last ${shownDays} days. Those that wait were processed or erased while OpenSearch
was away.`,
    )
    .action(async ({ json, ...options }: StatusOptions) => {
      await withIndex(options, 'read', context, async (crashes, opened) => {
        const { stdout } = context;
        const until = context.now().getTime() + dayMs;
        const query = { since: until - (shownDays + 1) * dayMs, until, conditions: [] };
        const newest = { sort: { field: 'date', descending: true }, from: 0, size: 1 } as const;
        const found = await opened.search.search(query, newest);
        const { bytes, weeks } = await opened.size();
        const last = found.crashes[0]?.date;
        const lastReceived = last === undefined ? null : new Date(last).toISOString();
        const waiting = await pendingCount(crashes.store);
        const { location: index } = opened;
        if (json === true) {
          const document = { index, crashes: found.total, lastReceived, waiting, bytes, weeks };
          await printLine(stdout, JSON.stringify(document));
          return;
        }
        await printLine(stdout, `index     ${index}`);
        await printLine(
          stdout,
          `crashes   ${found.total}, the last received ${lastReceived ?? 'never'}`,
        );
        await printLine(stdout, `waiting   ${waiting}`);
        await printLine(stdout, `size      ${formatBytes(bytes)}`);
        for (const { name, crashes: count, bytes: size } of weeks ?? [])
          await printLine(stdout, `  ${name}  ${count} crashes, ${formatBytes(size)}`);
      });
    });
}

async function withIndex(
  options: StoreOptions,
  access: 'read' | 'write',
  context: CliContext,
  action: (crashes: StoredCrashes, index: ConfiguredIndex) => Promise<void>,
): Promise<void> {
  await withStoredCrashes(options, context, async (crashes) => {
    const index = await openConfiguredIndex(crashes, context, access);
    try {
      await action(crashes, index);
    } finally {
      await index.close();
    }
  });
}

/** Both ends are included. */
function daysFrom(since: string, until: string): string[] {
  const [first, last] = [startOfDay(since).getTime(), startOfDay(until).getTime()];
  const count = Math.round((last - first) / dayMs) + 1;
  return Array.from({ length: count }, (_, day) => dayOf(new Date(first + day * dayMs)));
}

import type { Command } from 'commander';
import type { StoredCrashes } from '#antenna/stored-crashes';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import {
  addFilterOptions,
  type CrashFilter,
  crashFilter,
  type FilterOptions,
  hasFilter,
} from '../crashes/crash-filter.js';
import { crashesOfDays } from '../crashes/crashes-to-change.js';
import { upTo } from '../option-values.js';
import { Pace } from '../pace.js';
import { progressBar } from '../progress-bar.js';
import { openCrashStore, storeLocation } from '../stored/crash-store.js';
import {
  addStoreOptions,
  type StoreOptions,
  withStoredCrashes,
} from '../stored/with-stored-crashes.js';
import { AcknowledgedIds } from '../verify/acknowledged-ids.js';
import { printVerification } from '../verify/print-verification.js';
import { assertCanPublish, publishMissing } from '../verify/publish-missing.js';
import {
  crashesToPublish,
  newVerification,
  type Verification,
  verifyIds,
  verifyStored,
} from '../verify/verify-crashes.js';

interface VerifyOptions extends FilterOptions, StoreOptions {
  readonly ids?: readonly string[];
  readonly processed?: string;
  readonly republish?: true;
  readonly rate: number;
  readonly json?: true;
}

/** `antenna verify`: reads stored crashes with their dumps and checks that nothing is missing or damaged. */
export function addVerifyCommand(program: Command, context: CliContext): void {
  const command = program
    .command('verify')
    .description(
      'Check that crashes are complete, and that acknowledged ones are stored and processed.',
    )
    .option(
      '--ids <file...>',
      'logs of ingest and crashmover (also .gz) or lists of crash ids that must be stored; - is standard input',
    )
    .option(
      '--processed <location>',
      `store where each accepted crash must have v1/processed_crash/<crash id>: ${storeLocation}`,
    )
    .option(
      '--republish',
      'put stored crashes that were not published or processed on the processing queue',
    );
  addStoreOptions(addFilterOptions(command), context)
    .option('--rate <number>', 'maximum number of crashes per second', upTo(10_000), 1000)
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  $ antenna verify --date 20261122
  $ antenna verify --date 20261122 --ids acknowledged.txt --stored s3://crashes
  $ antenna verify --date 20261122 --processed s3://crashes --republish
  $ antenna verify --ids ingest.log.gz crashmover.log.gz --republish

Reads each dump of the days. What ingest acknowledged must be stored; with logs of all crashmovers, what it accepted
must also be published. Prints the counts, then the problems; the exit code is 1 if any remain. What is not stored,
damaged or deferred is not republished. Reports on their way count as missing, and crashes that wait for the processors:
wait until the queues are empty. Changes nothing without --republish; a run that was killed can be repeated.`,
    )
    .action(async (options: VerifyOptions) => await verify(options, context));
}

async function verify(options: VerifyOptions, context: CliContext): Promise<void> {
  const { ids = [], republish, stored, dataDir, rate } = options;
  if (ids.length === 0 && !hasFilter(options)) throw new CliError('give --date, --since or --ids');
  if (republish === true && stored !== undefined)
    throw new CliError('--republish is for the store of the services; leave out --stored');
  const filter = hasFilter(options) ? crashFilter(options) : undefined;
  const acknowledged = new AcknowledgedIds();
  for (const file of ids) await acknowledged.read(file, context.stdin);
  if (republish === true && options.processed === undefined && !acknowledged.knowsPublished) {
    throw new CliError(
      '--republish needs --processed, or logs of ingest and crashmover in --ids, and none has a published crash; for a list of ids, use antenna republish --ids',
    );
  }
  if (republish === true) await assertCanPublish(dataDir, context);
  const processed = await openProcessed(options.processed, context);
  const found = await withStoredCrashes(
    options,
    context,
    async (crashes) => await verified(crashes, { filter, acknowledged, processed, rate }, context),
  );
  const sent =
    republish === true && !context.interrupted.aborted
      ? await publishMissing(crashesToPublish(found), options, context)
      : undefined;
  const ending = { ids: acknowledged.crashIds.size, sent, json: options.json === true };
  await printVerification(found, ending, context);
}

/** A mistyped location must not make all crashes look unprocessed. */
async function openProcessed(
  location: string | undefined,
  context: CliContext,
): Promise<StoredCrashes | undefined> {
  if (location === undefined) return undefined;
  const processed = await openCrashStore(location, context);
  if (!(await processed.hasProcessed()))
    throw new CliError(`${location} has no processed crashes: no v1/processed_crash/<crash id>`);
  return processed;
}

interface ToVerify {
  readonly filter: CrashFilter | undefined;
  readonly acknowledged: AcknowledgedIds;
  readonly processed: StoredCrashes | undefined;
  readonly rate: number;
}

async function verified(
  crashes: StoredCrashes,
  { filter, acknowledged, processed, rate }: ToVerify,
  { stderr, interrupted }: CliContext,
): Promise<Verification> {
  const found = newVerification();
  const ofDays = filter && stderr.isTTY === true ? await crashesOfDays(crashes, filter).count() : 0;
  const bar = progressBar(stderr, ofDays + acknowledged.crashIds.size);
  const pace = new Pace(rate, interrupted);
  const run = { found, pace, processed, onCrash: () => bar.advance(1) };
  try {
    if (filter) await verifyStored(crashes, filter, run);
    await verifyIds(crashes, acknowledged, run);
  } finally {
    bar.stop();
  }
  return found;
}

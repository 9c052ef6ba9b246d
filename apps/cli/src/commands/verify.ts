import type { Command } from 'commander';
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import {
  addFilterOptions,
  crashFilter,
  type FilterOptions,
  hasFilter,
} from '../crashes/crash-filter.js';
import { countOf, formatBytes, formatTable } from '../human-units.js';
import type { SendProgress } from '../republish/send-crash-ids.js';
import {
  addStoreOptions,
  type StoreOptions,
  withStoredCrashes,
} from '../stored/with-stored-crashes.js';
import { AcknowledgedIds } from '../verify/acknowledged-ids.js';
import { publishMissing } from '../verify/publish-missing.js';
import {
  newVerification,
  type Verification,
  verifyIds,
  verifyStored,
} from '../verify/verify-crashes.js';

interface VerifyOptions extends FilterOptions, StoreOptions {
  readonly ids?: readonly string[];
  readonly republish?: true;
  readonly json?: true;
}

/** `antenna verify`: reads stored crashes with their dumps and checks that nothing is missing or damaged. */
export function addVerifyCommand(program: Command, context: CliContext): void {
  const command = program
    .command('verify')
    .description('Check that stored crashes are complete, and that acknowledged ones are stored.')
    .option(
      '--ids <file...>',
      'logs of ingest and crashmover (also .gz) or lists of crash ids that must be stored; - is standard input',
    )
    .option('--republish', 'put stored crashes that were not published on the processing queue');
  addStoreOptions(addFilterOptions(command), context)
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  $ antenna verify --date 20261122
  $ antenna verify --date 20261122 --ids acknowledged.txt --stored s3://crashes
  $ antenna verify --ids ingest.log.gz crashmover.log.gz
  $ antenna verify --ids ingest.log.gz crashmover.log.gz --republish

Reads each dump of the days. What ingest acknowledged must be stored; with logs of all crashmovers, what it accepted
must also be published. Prints the counts, then the problems; the exit code is 1 if any remain. What is not stored,
damaged or deferred is not republished. Reports on their way count as missing: wait until the intake queue is empty.`,
    )
    .action(async (options: VerifyOptions) => await verify(options, context));
}

async function verify(options: VerifyOptions, context: CliContext): Promise<void> {
  const { ids = [], republish, stored, dataDir } = options;
  if (ids.length === 0 && !hasFilter(options)) throw new CliError('give --date, --since or --ids');
  if (republish === true && stored !== undefined)
    throw new CliError('--republish is for the store of the services; leave out --stored');
  const filter = hasFilter(options) ? crashFilter(options) : undefined;
  const acknowledged = new AcknowledgedIds();
  for (const file of ids) await acknowledged.read(file, context.stdin);
  if (republish === true && !acknowledged.knowsPublished) {
    throw new CliError(
      '--republish needs logs of ingest and crashmover in --ids, and none has a published crash; for a list of ids, use antenna republish --ids',
    );
  }
  const found = newVerification();
  const run = { found, signal: context.interrupted };
  await withStoredCrashes(options, context, async (crashes) => {
    if (filter) await verifyStored(crashes, filter, run);
    await verifyIds(crashes, acknowledged, run);
  });
  const sent =
    republish === true && !context.interrupted.aborted
      ? await publishMissing(found.unpublished, dataDir, context)
      : undefined;
  const ending = { ids: acknowledged.crashIds.size, sent, json: options.json === true };
  await printVerification(found, ending, context);
}

interface Ending {
  readonly ids: number;
  /** Undefined without --republish. */
  readonly sent: (SendProgress & { readonly queue: string }) | undefined;
  readonly json: boolean;
}

async function printVerification(
  found: Verification,
  { ids, sent, json }: Ending,
  { stdout, stderr, interrupted }: CliContext,
): Promise<void> {
  const isComplete = !interrupted.aborted;
  const { unpublished, ...counts } = found;
  const { crashes, dumps, bytes, unchecked, problems, list } = counts;
  if (json) {
    const document = {
      isComplete,
      ids,
      ...counts,
      unpublished: unpublished.length,
      republished: sent?.sent ?? 0,
      list,
    };
    await printLine(stdout, JSON.stringify(document, null, 2));
  } else {
    const read = `${countOf(crashes, 'crash', 'crashes')}, ${countOf(dumps, 'dump', 'dumps')}`;
    const looked = ids === 0 ? '' : `, looked for ${countOf(ids, 'id', 'ids')}`;
    const without = unchecked === 0 ? '' : `, ${unchecked} without a checksum`;
    await printLine(stdout, `read ${read} (${formatBytes(bytes)})${without}${looked}`);
    if (sent) {
      await printLine(
        stdout,
        `sent ${sent.sent} of ${countOf(unpublished.length, 'unpublished crash', 'unpublished crashes')} to queue ${sent.queue}`,
      );
    }
    await print(stdout, formatTable(list.map(({ crashId, problem }) => [crashId, problem])));
  }
  if (!isComplete) throw new CliError('interrupted; not everything was verified', 130);
  for (const { crashId, code } of sent?.failed ?? [])
    await printLine(stderr, `not sent: ${crashId}: ${code}`);
  const remaining = problems - (sent?.sent ?? 0);
  if (remaining > 0) throw new CliError(countOf(remaining, 'problem', 'problems'));
}

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
import { crashIdsInFile } from '../republish/crash-ids-in-file.js';
import {
  addStoreOptions,
  type StoreOptions,
  withStoredCrashes,
} from '../stored/with-stored-crashes.js';
import {
  newVerification,
  type Verification,
  verifyIds,
  verifyStored,
} from '../verify/verify-crashes.js';

interface VerifyOptions extends FilterOptions, StoreOptions {
  readonly ids?: string;
  readonly json?: true;
}

/** `antenna verify`: reads stored crashes with their dumps and checks that nothing is missing or damaged. */
export function addVerifyCommand(program: Command, context: CliContext): void {
  const command = program
    .command('verify')
    .description('Check that stored crashes are complete, and that acknowledged ones are stored.')
    .option('--ids <file>', 'file with crash ids that must be stored; - is standard input');
  addStoreOptions(addFilterOptions(command), context)
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  $ antenna verify --date 20261122
  $ antenna verify --date 20261122 --ids acknowledged.txt --stored s3://crashes

Reads each dump. Prints the counts, then the problems; the exit code is 1 if there are any.`,
    )
    .action(async (options: VerifyOptions) => {
      const { ids } = options;
      if (ids === undefined && !hasFilter(options))
        throw new CliError('give --date, --since or --ids');
      const filter = hasFilter(options) ? crashFilter(options) : undefined;
      const crashIds = ids === undefined ? [] : await crashIdsInFile(ids, context);
      const found = newVerification();
      const run = { found, signal: context.interrupted };
      await withStoredCrashes(options, context, async (crashes) => {
        if (filter) await verifyStored(crashes, filter, run);
        await verifyIds(crashes, crashIds, run);
      });
      await printVerification(
        found,
        { ids: crashIds.length, json: options.json === true },
        context,
      );
    });
}

async function printVerification(
  found: Verification,
  { ids, json }: { ids: number; json: boolean },
  { stdout, interrupted }: CliContext,
): Promise<void> {
  const isComplete = !interrupted.aborted;
  const { crashes, dumps, bytes, unchecked, problems, list } = found;
  if (json) {
    const document = { isComplete, ids, crashes, dumps, bytes, unchecked, problems, list };
    await printLine(stdout, JSON.stringify(document, null, 2));
  } else {
    const read = `${countOf(crashes, 'crash', 'crashes')}, ${countOf(dumps, 'dump', 'dumps')}`;
    const looked = ids === 0 ? '' : `, looked for ${countOf(ids, 'id', 'ids')}`;
    const without = unchecked === 0 ? '' : `, ${unchecked} without a checksum`;
    await printLine(stdout, `read ${read} (${formatBytes(bytes)})${without}${looked}`);
    await print(stdout, formatTable(list.map(({ crashId, problem }) => [crashId, problem])));
  }
  if (!isComplete) throw new CliError('interrupted; not everything was verified', 130);
  if (problems > 0) throw new CliError(countOf(problems, 'problem', 'problems'));
}

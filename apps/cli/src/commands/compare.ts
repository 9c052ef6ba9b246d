import { type Command, CommanderError, Option } from 'commander';
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { draftOfAccepted, parseAccepted } from '../compare/accepted-differences.js';
import { type Comparison, sortOut, verdict } from '../compare/comparison.js';
import { comparisonDocument } from '../compare/comparison-document.js';
import { comparisonText } from '../compare/comparison-text.js';
import { DifferenceGroups } from '../compare/difference-groups.js';
import { type ComparisonOptions, runComparison } from '../compare/run-comparison.js';
import { durationOption, parseDay, parseHttpUrl, upTo } from '../option-values.js';
import { addCorpusOptions } from '../corpus/corpus-options.js';
import { isKnownError } from '../known-error.js';
import { assertWritable, writeOutput } from '../output-file.js';
import { readInput } from '../read-input.js';
import { reportPage } from '../report/report-page.js';
import { storeLocation } from '../stored/crash-store.js';
import { ownHostOption } from '../target-host.js';

interface CompareOptions extends ComparisonOptions {
  readonly examples: number;
  readonly accept?: string;
  readonly writeAccepted?: string;
  readonly html?: string;
  readonly json?: true;
}

const examples = `
Examples:
  $ antenna compare --a http://127.0.0.1:8000/submit --b http://127.0.0.1:8888/submit \\
      --stored data /tmp/crashes
  $ antenna compare --stored s3://old-crashes s3://new-crashes --since 20261122

With --a and --b, the same reports are sent to both; without, what the stores have is compared: crashes with the same id,
else with the same dumps, else with the same annotations. Ids and times are ignored, and checksums are the same when both
are right. A rule with a percentage decides by chance: a report that is decided differently is sent again until a decision
changes, and is a difference if none does, or if the decisions differ far more often in one direction. What a rule acknowledges
without storing it (fakeaccept) is reported as stored_by_neither; accept the kinds of reports for which that is right.

--write-accepted drafts the file for --accept; fill in each reason. Exit codes: 0 the same, or all differences are accepted;
1 differences; 2 a mistake in the options, or a failure; 130 after Ctrl-C.`;

/** `antenna compare`: what two collectors answer and store, by its meaning. */
export function addCompareCommand(program: Command, context: CliContext): void {
  const command = program
    .command('compare')
    .description('Compare what two collectors answer to the same reports and store, or two stores.')
    .option('--a <url>', 'address of one collector', parseHttpUrl)
    .option('--b <url>', 'address of the other collector', parseHttpUrl)
    .addOption(storedOption())
    .option('--count <number>', 'number of reports', upTo(1_000_000), 200);
  addCorpusOptions(command)
    .option('--concurrency <number>', 'reports at the same time', upTo(100), 4)
    .addOption(durationOption('--answer-within <time>', 'a later answer is a difference', '30s'))
    .addOption(
      durationOption('--stored-within <time>', 'wait while no further crash appears', '30s'),
    )
    .option('--since <yyyymmdd>', 'first date, without --a and --b', parseDay)
    .option('--until <yyyymmdd>', 'last date, without --a and --b', parseDay)
    .option('--examples <number>', 'examples of each difference', upTo(100), 3)
    .option('--accept <file>', 'YAML or JSON with accepted differences')
    .option('--write-accepted <file>', 'write all differences as a draft for --accept')
    .option('--json', 'print one JSON document')
    .option('--html <file>', 'write a page')
    .option(ownHostOption, 'send to a host that is not this machine')
    .addHelpText('after', examples)
    .exitOverride(({ exitCode, code, message }) => {
      throw new CommanderError(exitCode === 0 ? 0 : 2, code, message);
    })
    .action((options: CompareOptions) => compare(options, context));
}

function storedOption(): Option {
  const option = new Option('--stored <a> <b>', `what a and b store; each: ${storeLocation}`);
  option.variadic = true;
  return option.makeOptionMandatory();
}

async function compare(options: CompareOptions, context: CliContext): Promise<void> {
  const comparison = await compareAndWrite(options, context).catch((error: unknown) => {
    // As for diff(1), 1 means differences; failures must be told apart.
    throw error instanceof CliError || isKnownError(error)
      ? new CliError(error.message, 2, { cause: error })
      : error;
  });
  await (options.json === true
    ? printLine(context.stdout, JSON.stringify(comparison, null, 2))
    : print(context.stdout, comparisonText(comparison)));
  if (context.interrupted.aborted) throw new CliError(interrupted, 130);
  if (comparison.differences.length > 0) throw new CliError(verdict(comparison));
  if (comparison.stored === 0)
    throw new CliError('no crash is stored by both, so no stored crash was compared', 2);
}

const interrupted = 'interrupted before all was compared';

async function compareAndWrite(
  { accept, writeAccepted, html, ...options }: CompareOptions,
  context: CliContext,
): Promise<Comparison> {
  const entries =
    accept === undefined ? [] : parseAccepted(String(await readInput(accept)), accept);
  for (const file of [writeAccepted, html]) await assertWritable(file);
  const groups = new DifferenceGroups(options.examples);
  const { remarks, ...result } = await runComparison(options, groups, context);
  const comparison: Comparison = {
    ...result,
    remarks: context.interrupted.aborted ? [...remarks, interrupted] : remarks,
    ...sortOut(groups.list(), entries),
  };
  if (writeAccepted !== undefined) await writeOutput(writeAccepted, draftOfAccepted(groups.list()));
  if (html !== undefined) await writeOutput(html, await reportPage(comparisonDocument(comparison)));
  return comparison;
}

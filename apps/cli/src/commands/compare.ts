import { writeFile } from 'node:fs/promises';
import { systemCode } from '#antenna/errors';
import { CorpusOptionsError, type ReportCorpus, reportCorpus } from '#antenna/report-corpus';
import { StoredCrashesError } from '#antenna/stored-crashes';
import { type Command, CommanderError, Option } from 'commander';
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import {
  type AcceptedDifference,
  draftOfAccepted,
  parseAccepted,
} from '../compare/accepted-differences.js';
import { compareCollectors } from '../compare/compare-collectors.js';
import { compareStores } from '../compare/compare-stores.js';
import { type Comparison, sortOut, verdict } from '../compare/comparison.js';
import { comparisonPage } from '../compare/comparison-page.js';
import { comparisonText } from '../compare/comparison-text.js';
import { DecidedByChance } from '../compare/decided-by-chance.js';
import { DifferenceGroups } from '../compare/difference-groups.js';
import type { Stores } from '../compare/find-crash.js';
import { parseDuration, parseDay, parseHttpUrl, upTo } from '../option-values.js';
import { type ProgressBar, progressBar } from '../progress-bar.js';
import { readInput } from '../read-input.js';
import { openCrashStore, storeLocation } from '../stored/crash-store.js';
import { assertOwnHost, ownHostOption } from '../target-host.js';

interface CompareOptions {
  readonly a?: URL;
  readonly b?: URL;
  readonly storedA: string;
  readonly storedB: string;
  readonly count: number;
  readonly seed: number;
  readonly kind?: readonly string[];
  readonly concurrency: number;
  readonly answerWithin: number;
  readonly storedWithin: number;
  readonly since?: string;
  readonly until?: string;
  readonly examples: number;
  readonly accept?: string;
  readonly writeAccepted?: string;
  readonly html?: string;
  readonly json?: true;
  readonly yesThisIsMine?: true;
}

const examples = `
Examples:
  $ antenna compare --a http://127.0.0.1:8000/submit --stored-a data \\
      --b http://127.0.0.1:8888/submit --stored-b /tmp/crashes
  $ antenna compare --stored-a s3://old-crashes --stored-b s3://new-crashes --since 20261122

With --a and --b, the same reports are sent to both; without, what the stores have is compared: crashes with the same id,
else with the same dumps, else with the same annotations. Ids and times are ignored, and checksums are the same when both
are right. A rule with a percentage decides by chance: a report that is decided differently is sent again until a decision
changes, and is a difference if none does, or if the decisions differ far more often in one direction. What a rule acknowledges
without storing it (fakeaccept) is reported as stored_by_neither; accept the kinds of reports for which that is right.

--write-accepted drafts the file for --accept; fill in each reason. Exit codes: 0 the same, or all differences are accepted;
1 differences; 2 a mistake in the options; 130 after Ctrl-C.`;

/** `antenna compare`: what two collectors answer and store, by its meaning. */
export function addCompareCommand(program: Command, context: CliContext): void {
  program
    .command('compare')
    .description('Compare what two collectors answer to the same reports and store, or two stores.')
    .option('--a <url>', 'address of one collector', parseHttpUrl)
    .option('--b <url>', 'address of the other collector', parseHttpUrl)
    .requiredOption('--stored-a <location>', `what a stores: ${storeLocation}`)
    .requiredOption('--stored-b <location>', 'what b stores')
    .option('--count <number>', 'number of reports', upTo(1_000_000), 200)
    .option('--seed <number>', 'other reports for another seed', upTo(4_294_967_295), 1)
    .option(
      '--kind <name>',
      'kind of reports, such as firefox-main or rule:* (repeatable)',
      collectNames,
    )
    .option('--concurrency <number>', 'reports at the same time', upTo(100), 4)
    .addOption(duration('--answer-within <time>', 'a later answer is a difference', 30_000, '30s'))
    .addOption(
      duration('--stored-within <time>', 'wait while no further crash appears', 30_000, '30s'),
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

function collectNames(name: string, before: readonly string[] = []): readonly string[] {
  return [...before, name];
}

function duration(flags: string, description: string, value: number, text: string): Option {
  return new Option(flags, description).argParser(parseDuration).default(value, text);
}

async function compare(options: CompareOptions, context: CliContext): Promise<void> {
  const { accept, writeAccepted } = options;
  const entries = accept === undefined ? [] : await option(readAccepted(accept));
  const groups = new DifferenceGroups(options.examples);
  const result = await runComparison(options, groups, context);
  const comparison: Comparison = { ...result, ...sortOut(groups.list(), entries) };

  if (writeAccepted !== undefined) await writeTo(writeAccepted, draftOfAccepted(groups.list()));
  if (options.html !== undefined) await writeTo(options.html, comparisonPage(comparison));
  await (options.json === true
    ? printLine(context.stdout, JSON.stringify(comparison, null, 2))
    : print(context.stdout, comparisonText(comparison)));
  if (context.interrupted.aborted) throw new CliError('interrupted before all was compared', 130);
  if (comparison.differences.length > 0) throw new CliError(verdict(comparison));
  if (comparison.stored === 0)
    throw new CliError('no crash is stored by both, so no stored crash was compared');
}

type Result = Pick<Comparison, 'a' | 'b' | 'sent' | 'stored' | 'remarks'>;

async function runComparison(
  options: CompareOptions,
  groups: DifferenceGroups,
  context: CliContext,
): Promise<Result> {
  const { a, b, count, concurrency, yesThisIsMine } = options;
  if ((a === undefined) !== (b === undefined))
    throw new CliError('--a and --b must be given together', 2);
  for (const url of [a, b])
    if (url) await option(assertOwnHost(url, { confirmed: yesThisIsMine === true }));
  const stores = {
    a: await option(openCrashStore(options.storedA, context)),
    b: await option(openCrashStore(options.storedB, context)),
  };
  const shared = { stores, groups, concurrency, signal: context.interrupted };
  if (a === undefined || b === undefined) return await storesResult(options, shared, context);

  const chance = new DecidedByChance();
  const corpus = openCorpus(options, context);
  const bar = progressBar(context.stderr, count);
  const stored = await compareCollectors({
    ...shared,
    urls: { a, b },
    count,
    chance,
    corpus,
    answerWithinMs: options.answerWithin,
    storedWithinMs: options.storedWithin,
    onCompared: () => bar.advance(1),
  }).finally(() => bar.stop());
  chance.addDifferences(groups);
  return { a: a.href, b: b.href, sent: count, stored, remarks: chance.remarks() };
}

interface Shared {
  readonly stores: Stores;
  readonly groups: DifferenceGroups;
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

async function storesResult(
  { since = '00000000', until = '99999999' }: CompareOptions,
  shared: Shared,
  { stderr }: CliContext,
): Promise<Result> {
  let bar: ProgressBar | undefined;
  const stored = await compareStores({
    ...shared,
    since,
    until,
    onListed: (count) => (bar = progressBar(stderr, count)),
    onCompared: (count) => bar?.advance(count),
  }).finally(() => bar?.stop());
  const { a, b } = shared.stores;
  return { a: a.location, b: b.location, stored, remarks: [] };
}

async function readAccepted(file: string): Promise<AcceptedDifference[]> {
  return parseAccepted((await readInput(file)).toString(), file);
}

/** A failure is a mistake in the options. */
async function option<T>(value: Promise<T>): Promise<T> {
  return await value.catch((error: unknown) => {
    throw error instanceof StoredCrashesError || error instanceof CliError
      ? new CliError(error.message, 2, { cause: error })
      : error;
  });
}

/** @throws CliError */
function openCorpus({ seed, kind: kinds }: CompareOptions, { now }: CliContext): ReportCorpus {
  try {
    return reportCorpus({ seed, now: now(), ...(kinds && { kinds }) });
  } catch (error) {
    if (error instanceof CorpusOptionsError) throw new CliError(error.message, 2, { cause: error });
    throw error;
  }
}

async function writeTo(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw new CliError(`cannot write ${file}: ${systemCode(error)}`, 2, { cause: error });
  });
}

import { BlobStoreError } from '#antenna/blob-store';
import { JsonError } from '#antenna/crash-report';
import { StoredCrashesError } from '#antenna/stored-crashes';
import type { Command } from 'commander';
import { type CliContext, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { countOf } from '../human-units.js';
import { upTo } from '../option-values.js';
import { Pace } from '../pace.js';
import { progressBar } from '../progress-bar.js';
import { inOneLine } from '../terminal-safe.js';
import { AuditLog } from './audit-log.js';
import { inBatches } from './examined-crashes.js';
import { RunState } from './run-state.js';

/** The options of {@link addChangeOptions}. */
export interface ChangeOptions {
  readonly reason: string;
  readonly versions?: true;
  readonly dryRun?: true;
  readonly rate: number;
  readonly state?: string;
  readonly audit?: string;
  readonly json?: true;
}

/** A command that changes crashes one by one. */
export interface ChangeRun {
  /** `erased`, for the summary. */
  readonly done: string;
  /** For the state file: what must be equal when a run is continued. */
  readonly description: object;
  /** In the order of {@link byDateAndId}; those after an id. */
  crashIds(after: string | undefined): AsyncIterable<string>;
  /** The number of crashes to look at, for the progress bar. */
  count(): Promise<number>;
  /**
   * Changes one crash if it has to be, or only looks in a dry run. Repeating it does no harm.
   * @returns what was done, or a problem that needs attention
   */
  change(crashId: string, audit: AuditLog): Promise<'changed' | 'unchanged' | { problem: string }>;
}

/** Crashes that are changed at the same time: a raw crash can have 16 MiB. */
const atOnce = 16;
const shownProblems = 100;

/** Adds the options of commands that change crashes. */
export function addChangeOptions(command: Command): Command {
  return command
    .requiredOption('--reason <text>', 'why, for the audit log')
    .option('--versions', 'delete the versions that a bucket with versioning keeps, too')
    .option('--dry-run', 'change nothing, count what would be changed')
    .option('--rate <number>', 'maximum number of crashes per second', upTo(10_000), 100)
    .option('--state <file>', 'remembers how far a run came: run it again with the same options')
    .option('--audit <file>', 'append a line of JSON for each changed crash; default: stderr')
    .option('--json', 'print the summary as one JSON document');
}

/**
 * Changes the crashes of a run in order, a few at a time, and prints a summary, also when it fails or is interrupted.
 * @throws CliError when not all is done
 */
export async function changeCrashes(
  run: ChangeRun,
  options: ChangeOptions,
  context: CliContext,
): Promise<void> {
  const { rate, dryRun } = options;
  const state = new RunState(dryRun === true ? undefined : options.state, run.description);
  const position = await state.read();
  if (position.isComplete) {
    const none = { examined: 0, changed: 0, notChanged: position.notChanged, isComplete: true };
    await printSummary(run, none, { problems: [], options }, context);
    await printLine(
      context.stderr,
      `this run is complete; remove ${options.state} to run it again`,
    );
    return assertAllChanged(position.notChanged);
  }
  const audit = await AuditLog.open(dryRun === true ? undefined : options.audit, context);
  const pace = new Pace(rate, context.interrupted);
  const bar = progressBar(context.stderr, context.stderr.isTTY === true ? await run.count() : 0);
  const counts = { examined: 0, changed: 0, notChanged: 0 };
  const problems: string[] = [];
  let isComplete = false;
  let { after } = position;
  const notChanged = (): number => position.notChanged + counts.notChanged;
  try {
    for await (const batch of batchesOf(run, position, Math.min(atOnce, rate))) {
      if (!(await pace.turn(batch.length))) break;
      await state.write({ after, inFlight: batch, notChanged: notChanged(), isComplete: false });
      const outcomes = await Promise.all(batch.map((id) => changeOne(run, id, audit)));
      await audit.sync();
      after = batch.at(-1);
      counts.examined += batch.length;
      counts.changed += outcomes.filter((outcome) => outcome === 'changed').length;
      for (const outcome of outcomes) {
        if (typeof outcome !== 'object') continue;
        counts.notChanged += 1;
        if (problems.length < shownProblems) problems.push(outcome.problem);
      }
      bar.advance(batch.length);
    }
    isComplete = !context.interrupted.aborted;
    await state.write({ after, inFlight: [], notChanged: notChanged(), isComplete });
  } finally {
    bar.stop();
    await audit.close();
    await printSummary(run, { ...counts, isComplete }, { problems, options }, context);
  }
  if (!isComplete) throw new CliError(`interrupted; ${howToContinue(options)}`, 130);
  assertAllChanged(notChanged());
}

function assertAllChanged(notChanged: number): void {
  if (notChanged > 0)
    throw new CliError(`${countOf(notChanged, 'crash was', 'crashes were')} not changed`);
}

/** First those that a killed run was working on: a half erased crash is in no listing. */
async function* batchesOf(
  run: ChangeRun,
  { after, inFlight }: { after: string | undefined; inFlight: readonly string[] },
  size: number,
): AsyncGenerator<readonly string[]> {
  if (inFlight.length > 0) yield inFlight;
  yield* inBatches(run.crashIds(inFlight.at(-1) ?? after), size);
}

async function changeOne(
  run: ChangeRun,
  crashId: string,
  audit: AuditLog,
): ReturnType<ChangeRun['change']> {
  try {
    return await run.change(crashId, audit);
  } catch (error) {
    const isOfCrash =
      error instanceof JsonError ||
      error instanceof StoredCrashesError ||
      (error instanceof BlobStoreError && error.code === 'conflict');
    if (isOfCrash) return { problem: `${crashId}: ${error.message}` };
    throw error;
  }
}

async function printSummary(
  { done }: ChangeRun,
  counts: { examined: number; changed: number; notChanged: number; isComplete: boolean },
  { problems, options }: { problems: readonly string[]; options: ChangeOptions },
  { stdout, stderr }: CliContext,
): Promise<void> {
  const dryRun = options.dryRun === true;
  for (const problem of problems) await printLine(stderr, inOneLine(problem));
  if (options.json === true) {
    await printLine(stdout, JSON.stringify({ dryRun, ...counts, problems }));
    return;
  }
  const changed = countOf(counts.changed, 'crash', 'crashes');
  await printLine(
    stdout,
    `${dryRun ? 'dry run: would have ' : ''}${done} ${changed} of ${counts.examined} examined`,
  );
}

function howToContinue({ state, dryRun }: ChangeOptions): string {
  return state === undefined || dryRun === true
    ? 'run it again'
    : 'run it again with the same options to continue';
}

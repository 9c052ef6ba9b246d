import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { Pace } from '../pace.js';
import { progressBar } from '../progress-bar.js';
import type { DeadLetterQueues } from './dead-letter-queues.js';
import { redrive, RedriveTally } from './redrive.js';

interface RedriveCommand {
  /** Empty: all. */
  readonly crashIds: readonly string[];
  readonly rate: number;
  readonly force?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

/** Runs a redrive and prints a summary, also when it fails or is interrupted. */
export async function redriveDeadLetters(
  queues: DeadLetterQueues,
  command: RedriveCommand,
  context: CliContext,
): Promise<void> {
  const { interrupted: signal } = context;
  const wanted = new Set(command.crashIds);
  const tally = new RedriveTally();
  const { visible } = await queues.deadLetters.depth();
  const bar = progressBar(context.stderr, wanted.size === 0 ? visible : wanted.size);
  try {
    await redrive(queues, tally, {
      crashIds: wanted.size === 0 ? undefined : wanted,
      hopeless: command.force === true || wanted.size > 0 ? 'sent' : 'left out',
      mode: command.dryRun === true ? 'dry run' : 'redrive',
      pace: new Pace(command.rate, signal),
      signal,
      onHandled: () => bar.advance(1),
    });
  } finally {
    bar.stop();
    await report(tally, { ...command, source: queues.source }, context);
  }
  if (signal.aborted)
    throw new CliError('interrupted; the remaining dead letters are unchanged', 130);
  const missing = command.crashIds.filter((crashId) => !tally.found.has(crashId));
  if (missing.length > 0) throw new CliError(`no dead letter for ${missing.join(', ')}`);
}

async function report(
  { redriven, again, leftOut, examples }: RedriveTally,
  { dryRun, json, source }: RedriveCommand & Pick<DeadLetterQueues, 'source'>,
  { stdout, interrupted }: CliContext,
): Promise<void> {
  if (json === true) {
    const summary = { redriven: dryRun === true ? 0 : redriven, found: redriven, again, leftOut };
    await printLine(stdout, JSON.stringify({ ...summary, interrupted: interrupted.aborted }));
    return;
  }
  const letters = redriven === 1 ? '1 dead letter' : `${redriven} dead letters`;
  if (dryRun === true) {
    await printLine(stdout, `would send ${letters} back to ${source}; nothing was changed`);
    await print(stdout, examples.map((crashId) => `  ${crashId}\n`).join(''));
    await print(stdout, redriven > examples.length ? '  …\n' : '');
  } else {
    await printLine(stdout, `${letters} sent back to ${source}`);
  }
  const reasons = Object.entries(leftOut);
  if (reasons.length > 0) {
    const counts = reasons.map(([reason, count]) => `${count} ${reason}`).join(', ');
    await printLine(
      stdout,
      `left out, since they fail again until their cause is fixed: ${counts} (then add --force)`,
    );
  }
  if (again > 0) {
    await printLine(
      stdout,
      `${again} dead letters of the same crashes remain: duplicates, or crashes that failed again`,
    );
  }
}

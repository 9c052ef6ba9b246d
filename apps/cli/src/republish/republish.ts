import type { MessageQueue } from '#antenna/message-queue';
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { Pace } from '../pace.js';
import { progressBar } from '../progress-bar.js';
import { atStart, type RunState } from '../crashes/run-state.js';
import type { RepublishPlan } from './republish-plan.js';
import { sendCrashIds, type SendProgress } from './send-crash-ids.js';

const examples = 5;

/** Prints what would be sent. */
export async function printPlan(
  queue: MessageQueue,
  { crashIds, deferredLeftOut }: RepublishPlan,
  { stdout, stderr }: CliContext,
  { json }: { readonly json?: true },
): Promise<void> {
  const count = crashIds.length;
  if (json === true) {
    const plan = { queue: queue.name, dryRun: true, found: count, deferredLeftOut, sent: 0 };
    await printLine(stdout, JSON.stringify(plan));
    return;
  }
  await printLine(stdout, `would send ${countOf(count)} to queue ${queue.name}`);
  await print(stdout, linesOf(crashIds.slice(0, examples)));
  await print(stdout, count > examples ? '  …\n' : '');
  await noteDeferred(deferredLeftOut, stderr);
  await printLine(stderr, 'dry run: nothing was sent; --confirm sends them');
}

/** Sends the crash ids and prints a summary, also when it fails or is interrupted. */
export async function republish(
  queue: MessageQueue,
  plan: RepublishPlan,
  context: CliContext,
  { rate, json, state }: { readonly rate: number; readonly json?: true; readonly state: RunState },
): Promise<void> {
  const { crashIds, deferredLeftOut } = plan;
  const { stdout, stderr, interrupted } = context;
  const bar = progressBar(stderr, crashIds.length);
  const pace = new Pace(rate, interrupted);
  const progress = await sendCrashIds(queue, crashIds, {
    pace,
    async onSent(count, last) {
      bar.advance(count);
      await state.write({ ...atStart, after: last ?? plan.after });
    },
  }).finally(() => bar.stop());

  const { sent, complete, failed } = progress;
  if (complete === crashIds.length)
    await state.write({ ...atStart, after: crashIds.at(-1) ?? plan.after, isComplete: true });
  const goOnAfter = complete < crashIds.length ? (crashIds[complete - 1] ?? plan.after) : undefined;
  if (json === true) {
    const summary = { queue: queue.name, dryRun: false, found: crashIds.length, deferredLeftOut };
    await printLine(stdout, JSON.stringify({ ...summary, sent, failed, goOnAfter }));
  } else {
    await printLine(stdout, `sent ${sent} of ${countOf(crashIds.length)} to queue ${queue.name}`);
    await noteDeferred(deferredLeftOut, stderr);
    await print(
      stderr,
      failed.map(({ crashId, code }) => `not sent: ${crashId}: ${code}\n`).join(''),
    );
  }
  if (complete === crashIds.length) return;
  const how = howToContinue(state.path, goOnAfter);
  throw unfinished(progress, how, interrupted.aborted);
}

function howToContinue(state: string | undefined, goOnAfter: string | undefined): string {
  if (state !== undefined) return 'run it again with the same options to continue';
  return goOnAfter === undefined ? 'run it again' : `continue with --after ${goOnAfter}`;
}

function unfinished({ failed }: SendProgress, how: string, interrupted: boolean): CliError {
  const why = failed.length > 0 ? 'the queue rejected messages of a batch' : 'interrupted';
  return new CliError(`${why}; ${how}`, failed.length === 0 && interrupted ? 130 : 1);
}

async function noteDeferred(count: number, stderr: CliContext['stderr']): Promise<void> {
  if (count > 0) {
    await printLine(
      stderr,
      `${count} deferred crashes are left out; --include-deferred sends them`,
    );
  }
}

function countOf(count: number): string {
  return count === 1 ? '1 crash id' : `${count} crash ids`;
}

function linesOf(crashIds: readonly string[]): string {
  return crashIds.map((crashId) => `  ${crashId}\n`).join('');
}

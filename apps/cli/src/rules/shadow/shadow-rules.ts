/** `antenna rules shadow`: tries a draft on live reports, and shows what it would change. */
import { describeProblem } from '#antenna/throttle';
import { pause } from '#antenna/time';
import { type CliContext, print, printLine } from '../../cli-context.js';
import { CliError } from '../../cli-error.js';
import { readText } from '../../read-input.js';
import { nameOf } from '../read-ruleset.js';
import { InvalidDraft, ShadowClient, type ShadowRun, type ShadowStatus } from './shadow-client.js';
import { type ShadowDisplay, shadowDisplay } from './shadow-display.js';

const intervalMs = 2000;
/** Ingest posts its counts every five seconds, so also the last ones. */
const lastCountsMs = 12_000;
/** Throttle-config may be away for that long. */
const patienceMs = 60_000;

export interface ShadowOptions {
  readonly url: URL;
  readonly file?: string;
  readonly time: string;
  readonly stop: boolean;
  readonly json: boolean;
}

/**
 * Starts a trial of the file, stops the one that runs, or follows it, until its end.
 * @throws CliError with exit code 130 after Ctrl-C; the trial runs on
 */
export async function shadowRules(options: ShadowOptions, context: CliContext): Promise<void> {
  const { url, file, time, stop } = options;
  const client = new ShadowClient(url, context.interrupted);
  const display = shadowDisplay(context, options);
  if (stop) {
    const run = await client.stop();
    await display.end(await lastCounts(client, run, context));
    return;
  }
  const run =
    file === undefined
      ? runningOf(await client.status())
      : await start(client, { file, time }, context);
  if (file !== undefined) {
    const end = new Date(run.endsAt).toISOString();
    await printLine(
      context.stderr,
      `the draft ${run.id} runs until ${end}; Ctrl-C leaves it running`,
    );
  }
  const ended = await follow(client, run, display, context);
  await display.end(await lastCounts(client, ended, context));
}

/** Prints each error of the draft on stderr, like `antenna rules check`. */
async function start(
  client: ShadowClient,
  { file, time }: { readonly file: string; readonly time: string },
  context: CliContext,
): Promise<ShadowRun> {
  try {
    return await client.start(await readText(file, context), time);
  } catch (error) {
    if (error instanceof InvalidDraft) {
      const name = nameOf({ file });
      const lines = error.errors.map((problem) => `${name}:${describeProblem(problem)}\n`);
      await print(context.stderr, lines.join(''));
    }
    throw error;
  }
}

function runningOf({ state, run }: ShadowStatus): ShadowRun {
  if (state !== 'running' || !run)
    throw new CliError('no draft runs; start one: antenna rules shadow FILE');
  return run;
}

/** Shows the counts until the draft has ended. */
async function follow(
  client: ShadowClient,
  run: ShadowRun,
  display: ShadowDisplay,
  context: CliContext,
): Promise<ShadowRun> {
  const { interrupted } = context;
  let last = run;
  let seenAt = performance.now();
  while (last.ended === undefined) {
    await display.show(last);
    await pause(intervalMs, interrupted);
    if (interrupted.aborted) throw leftRunning(last);
    const next = await client.status().catch((error: unknown) => {
      if (interrupted.aborted) throw leftRunning(last);
      if (performance.now() - seenAt > patienceMs) throw error;
      return undefined;
    });
    const known = next && sameRun(next, run);
    if (known) {
      last = known;
      seenAt = performance.now();
    } else if (performance.now() - seenAt > patienceMs) {
      throw new CliError(`throttle-config does not know the draft ${run.id} any more`);
    }
  }
  return last;
}

/** Undefined if the replica does not know the draft: it learns of it from ingest, within seconds. */
function sameRun({ state, run }: ShadowStatus, { id }: ShadowRun): ShadowRun | undefined {
  if (state === 'running' && run && run.id < id)
    throw new CliError(`the draft ${run.id} had started before; it runs until ${run.endsAt}`);
  return run?.id === id ? run : undefined;
}

/** Waits until every process has posted its last counts, if it still runs. */
async function lastCounts(
  client: ShadowClient,
  run: ShadowRun,
  { interrupted }: CliContext,
): Promise<ShadowRun> {
  const startedAt = performance.now();
  let last = run;
  const isComplete = (): boolean =>
    last.instances.every(({ reportedAt }) => reportedAt > (last.ended?.at ?? ''));
  while (!isComplete() && !interrupted.aborted && performance.now() - startedAt < lastCountsMs) {
    await pause(intervalMs / 2, interrupted);
    const next = await client.status().catch(() => undefined);
    if (next?.run?.id === run.id && next.run.ended) last = next.run;
  }
  return last;
}

function leftRunning({ id, endsAt }: ShadowRun): CliError {
  return new CliError(
    `interrupted; the draft ${id} runs until ${endsAt}; to stop it: antenna rules shadow --stop`,
    130,
  );
}

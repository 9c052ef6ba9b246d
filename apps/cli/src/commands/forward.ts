import type { StoredCrashes } from '#antenna/stored-crashes';
import { type Command, Option } from 'commander';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { forwardAll, type ForwardTask } from '../forward/forward-all.js';
import { forwardCrash, type ForwardTarget } from '../forward/forward-crash.js';
import { ForwardDisplay } from '../forward/forward-display.js';
import { ForwardState } from '../forward/forward-state.js';
import { type CrashList, listCrashes } from '../forward/listed-crashes.js';
import { withSourceQueue } from '../forward/source-queue.js';
import { queuedCrashes } from '../forward/queued-crashes.js';
import { parseDay, parseHttpUrl, parseShare, upTo } from '../option-values.js';
import { Pace } from '../pace.js';
import { readInput } from '../read-input.js';
import {
  addStoreOptions,
  type StoreOptions,
  withStoredCrashes,
} from '../stored/with-stored-crashes.js';

interface ForwardOptions extends StoreOptions, CrashList {
  readonly url: URL;
  readonly queue?: string;
  readonly follow?: true;
  readonly rate: number;
  readonly concurrency: number;
  readonly state?: string;
  readonly tokenFile?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

const examples = `
Examples:
  $ antenna forward --url https://stage.example.org/submit --date 20261122 --sample 10% --dry-run
  $ antenna forward --url https://stage.example.org/submit --since 20261101 --until 20261107 \\
      --sample 10% --state forwarded.txt
  $ antenna forward --url https://stage.example.org/submit --stored s3://antenna-crashes \\
      --queue https://sqs.us-east-1.amazonaws.com/123456789012/stage --follow

The token of the other collector (its SUBMITTER_TOKEN) is read from --token-file or FORWARD_TOKEN. With it, crashes keep
their ids. The exit code is 1 when a crash was not forwarded, 130 after Ctrl-C.`;

/** `antenna forward`: sends stored crashes to another collector. */
export function addForwardCommand(program: Command, context: CliContext): void {
  const command = program
    .command('forward')
    .description('Send stored crashes to another collector, such as production crashes to stage.')
    .requiredOption('--url <url>', 'address of the other collector', parseHttpUrl)
    .option('--date <yyyymmdd>', 'all crashes that are stored for this day (UTC)', parseDay)
    .option('--since <yyyymmdd>', 'all from this day on', parseDay)
    .option('--until <yyyymmdd>', 'last day; with --since (default: today)', parseDay)
    .option('--ids <file>', 'file with crash ids; - is standard input')
    .option('--queue <name or url>', 'queue with crash ids; others must not receive from it')
    .option('--follow', 'with --queue: wait for further messages when it is empty');
  addStoreOptions(command, context)
    .addOption(
      new Option('--sample <percent>', 'share of the crashes, chosen by id, such as 10%')
        .argParser(parseShare)
        .default(1, '100%'),
    )
    .option('--rate <number>', 'maximum number per second', upTo(10_000), 10)
    .option('--concurrency <number>', 'number of crashes in flight at the same time', upTo(64), 4)
    .option('--state <file>', 'remembers what was forwarded, so that a later run continues')
    .option('--token-file <file>', 'file with the submitter token of the other collector')
    .option('--dry-run', 'read the crashes and print their number and size, but send nothing')
    .option('--json', 'print one JSON line for each crash')
    .addHelpText('after', examples)
    .action(async (options: ForwardOptions) => {
      assertOptions(options);
      await withStoredCrashes(options, context, async (crashes) => {
        await (options.queue === undefined
          ? forwardListed(options, context, crashes)
          : forwardQueued(options.queue, options, context, crashes));
      });
    });
}

function assertOptions(options: ForwardOptions): void {
  const { date, since, until, ids, queue, follow, state, dryRun } = options;
  if ([date, since, ids, queue].filter((source) => source !== undefined).length !== 1)
    throw new CliError('give one of --date, --since, --ids and --queue');
  if (until !== undefined && since === undefined) throw new CliError('--until requires --since');
  if (follow === true && queue === undefined) throw new CliError('--follow requires --queue');
  if (queue !== undefined && (state !== undefined || dryRun === true)) {
    throw new CliError(
      '--state and --dry-run do not work with --queue: the queue has what is left; see `antenna queue ls`',
    );
  }
}

async function forwardListed(
  options: ForwardOptions,
  context: CliContext,
  crashes: StoredCrashes,
): Promise<void> {
  const { state: file, url, json } = options;
  const state =
    file === undefined || options.dryRun === true ? undefined : await ForwardState.open(file, url);
  try {
    const listed = await listCrashes(options, crashes, { context, state });
    const display = new ForwardDisplay(context, listed, json === true);
    await run(options, context, { crashes, display, next: async () => await listed.next() });
  } finally {
    await state?.close();
  }
}

async function forwardQueued(
  name: string,
  options: ForwardOptions,
  context: CliContext,
  crashes: StoredCrashes,
): Promise<void> {
  const { interrupted } = context;
  await withSourceQueue(name, options, context, async (queue) => {
    const whenEmpty = options.follow === true ? 'follow' : 'end';
    const next = queuedCrashes(queue, { sample: options.sample, whenEmpty, interrupted });
    const display = new ForwardDisplay(context, undefined, options.json === true);
    await run(options, context, { crashes, display, next });
  });
}

interface ForwardRun {
  readonly crashes: StoredCrashes;
  readonly display: ForwardDisplay;
  readonly next: () => Promise<ForwardTask | undefined>;
}

async function run(
  options: ForwardOptions,
  context: CliContext,
  { crashes, display, next }: ForwardRun,
): Promise<void> {
  const { interrupted } = context;
  const dryRun = options.dryRun === true;
  const target = dryRun ? 'dry run' : await targetOf(options, context);
  let reason: string | undefined;
  try {
    reason = await forwardAll({
      next,
      forward: async (crashId) => await forwardCrash(crashes, crashId, target),
      onOutcome: async (crashId, outcome) => await display.add(crashId, outcome),
      concurrency: options.concurrency,
      interrupted,
    });
  } finally {
    await display.stop();
  }
  await display.summarize(options.url, dryRun);
  if (reason !== undefined)
    throw new CliError(`stopped because every crash fails; the last failure: ${reason}`);
  if (interrupted.aborted) throw new CliError('interrupted', 130);
  if (display.failed > 0) throw new CliError(`${display.failed} crashes were not forwarded`);
}

async function targetOf(
  { url, rate, tokenFile }: ForwardOptions,
  { environment, interrupted }: CliContext,
): Promise<ForwardTarget> {
  const text =
    tokenFile === undefined ? environment['FORWARD_TOKEN'] : String(await readInput(tokenFile));
  const token = text?.trim() ?? '';
  if (/[^\x21-\x7e]/.test(token) || (tokenFile !== undefined && token === '')) {
    throw new CliError(
      `the token in ${tokenFile ?? 'FORWARD_TOKEN'} must be one word of ASCII characters`,
    );
  }
  return {
    url,
    token: token === '' ? undefined : token,
    pace: new Pace(rate, interrupted),
    interrupted,
  };
}

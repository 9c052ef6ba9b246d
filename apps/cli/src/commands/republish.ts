import type { BlobStore } from '#antenna/blob-store';
import type { MessageQueue } from '#antenna/message-queue';
import { StoredCrashes } from '#antenna/stored-crashes';
import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { parseCrashId, parseDay, upTo } from '../option-values.js';
import { crashIdsInFile } from '../republish/crash-ids-in-file.js';
import { printPlan, republish } from '../republish/republish.js';
import { republishPlan } from '../republish/republish-plan.js';
import { type OperatorBackend, withBackend, withNamedQueue } from '../stored/open-backend.js';

interface RepublishOptions {
  readonly dataDir: string;
  readonly ids?: string;
  readonly date?: string;
  readonly queue?: string;
  readonly rate: number;
  readonly after?: string;
  readonly includeDeferred?: true;
  readonly confirm?: true;
  readonly json?: true;
}

const examples = `
Examples:
  $ antenna republish --date 20261122
  $ antenna republish --date 20261122 --queue reprocessing --rate 50 --confirm
  $ antenna republish --ids crash-ids.txt --confirm

Without --confirm, nothing is sent. A file has one crash id per line; - is standard input. The exit code
is 1 when not all were sent, 130 after Ctrl-C; the last line then says how to continue.`;

/** `antenna republish`: sends stored crashes to the processors again. */
export function addRepublishCommand(program: Command, context: CliContext): void {
  program
    .command('republish')
    .description('Send the ids of stored crashes to the processing queue or another queue.')
    .option('--ids <file>', 'file with crash ids')
    .option('--date <yyyymmdd>', 'all crashes that are stored for this day (UTC)', parseDay)
    .option('--queue <name>', 'queue to use instead of the processing queue')
    .option('--rate <number>', 'maximum number per second', upTo(10_000), 100)
    .option(
      '--after <crash id>',
      'continue after this crash id, where an earlier run stopped',
      parseCrashId,
    )
    .option('--include-deferred', 'include the crashes that were saved without being published')
    .option('--confirm', 'send the crash ids')
    .option('--data-dir <path>', 'data directory of the services', context.dataDirectory)
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples)
    .action(async (options: RepublishOptions) => {
      if ((options.ids === undefined) === (options.date === undefined))
        throw new CliError('give either --ids or --date');
      await withBackend(options.dataDir, context, async (backend) => {
        const { queue: name } = options;
        await (name === undefined
          ? run(backend, backend.processing, options, context)
          : withNamedQueue(backend, name, (queue) => run(backend, queue, options, context)));
      });
    });
}

async function run(
  { crashes }: OperatorBackend,
  queue: MessageQueue,
  options: RepublishOptions,
  context: CliContext,
): Promise<void> {
  const { ids, date = '', after, includeDeferred } = options;
  const found =
    ids === undefined
      ? await crashIdsOfDate(crashes, date, context.interrupted)
      : await crashIdsInFile(ids, context);
  if (context.interrupted.aborted) throw new CliError('interrupted; nothing was sent', 130);
  const deferred = includeDeferred === true ? 'included' : 'left out';
  const plan = republishPlan(found, { deferred, after });
  // Detects a mistyped queue before anything is sent, and in a dry run.
  await queue.check();
  await (options.confirm === true
    ? republish(queue, plan, context, options)
    : printPlan(queue, plan, context, options));
}

async function crashIdsOfDate(
  store: BlobStore,
  date: string,
  signal: AbortSignal,
): Promise<string[]> {
  const found: string[] = [];
  for await (const crashId of StoredCrashes.ofCollector(store, 'the crash store').crashIds(date)) {
    found.push(crashId);
    if (signal.aborted) break;
  }
  return found;
}

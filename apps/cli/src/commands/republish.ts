import type { BlobStore } from '#antenna/blob-store';
import type { MessageQueue } from '#antenna/message-queue';
import { StoredCrashes } from '#antenna/stored-crashes';
import type { Command } from 'commander';
import { type CliContext, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import {
  addFilterOptions,
  type CrashFilter,
  crashFilter,
  type FilterOptions,
  hasFilter,
} from '../crashes/crash-filter.js';
import { examined, listedCrashes } from '../crashes/examined-crashes.js';
import { digestOf } from '../crashes/named-crashes.js';
import { RunState } from '../crashes/run-state.js';
import { parseCrashId, upTo } from '../option-values.js';
import { crashIdsInFile } from '../republish/crash-ids-in-file.js';
import { printPlan, republish } from '../republish/republish.js';
import { republishPlan } from '../republish/republish-plan.js';
import { type OperatorBackend, withBackend, withNamedQueue } from '../stored/open-backend.js';

interface RepublishOptions extends FilterOptions {
  readonly dataDir: string;
  readonly ids?: string;
  readonly queue?: string;
  readonly rate: number;
  readonly after?: string;
  readonly state?: string;
  readonly includeDeferred?: true;
  readonly dryRun?: true;
  readonly confirm?: true;
  readonly json?: true;
}

/** Their ids are kept in memory. */
const maxCrashes = 2_000_000;

const examples = `
Examples:
  $ antenna republish --date 20261122
  $ antenna republish --date 20261122 --queue reprocessing --rate 50 --confirm
  $ antenna republish --since 20261120 --until 20261122 --product Fenix --include-deferred --confirm
  $ antenna republish --ids crash-ids.txt --state sent.json --confirm

Without --confirm, nothing is sent. A file has one crash id per line; - is standard input. The exit code
is 1 when not all were sent, 130 after Ctrl-C; the last line then says how to continue.`;

/** `antenna republish`: sends stored crashes to the processors again. */
export function addRepublishCommand(program: Command, context: CliContext): void {
  const command = program
    .command('republish')
    .description('Send the ids of stored crashes to the processing queue or another queue.')
    .option('--ids <file>', 'file with crash ids');
  addFilterOptions(command)
    .option('--queue <name>', 'queue to use instead of the processing queue')
    .option('--rate <number>', 'maximum number per second', upTo(10_000), 100)
    .option(
      '--after <crash id>',
      'continue after this crash id, where an earlier run stopped',
      parseCrashId,
    )
    .option('--state <file>', 'remembers how far a run came: run it again with the same options')
    .option('--include-deferred', 'include the crashes that were saved without being published')
    .option('--dry-run', 'send nothing, show what would be sent: the default')
    .option('--confirm', 'send the crash ids')
    .option('--data-dir <path>', 'data directory of the services', context.dataDirectory)
    .option('--json', 'print one JSON document')
    .addHelpText('after', examples)
    .action(async (options: RepublishOptions) => {
      const isByFilter = hasFilter(options);
      if ((options.ids === undefined) !== isByFilter)
        throw new CliError('give either --ids, or --date or --since');
      if (options.confirm === true && options.dryRun === true)
        throw new CliError('give either --confirm or --dry-run');
      if (options.after !== undefined && options.state !== undefined)
        throw new CliError('give either --after or --state, which says where to continue');
      const filter = isByFilter ? crashFilter(options) : undefined;
      await withBackend(options.dataDir, context, async (backend) => {
        const { queue: name } = options;
        await (name === undefined
          ? run(backend, backend.processing, { ...options, filter }, context)
          : withNamedQueue(backend, name, (queue) =>
              run(backend, queue, { ...options, filter }, context),
            ));
      });
    });
}

async function run(
  { crashes }: OperatorBackend,
  queue: MessageQueue,
  options: RepublishOptions & { readonly filter: CrashFilter | undefined },
  context: CliContext,
): Promise<void> {
  const { ids = '', filter, includeDeferred, confirm } = options;
  const found = filter
    ? await crashIdsThatPass(filter, crashes, context)
    : await crashIdsInFile(ids, context);
  if (context.interrupted.aborted) throw new CliError('interrupted; nothing was sent', 130);
  const deferred = includeDeferred === true ? 'included' : 'left out';
  const state = new RunState(options.state, {
    action: 'republish',
    queue: queue.name,
    deferred,
    ...(filter ? filter.description : digestOf(found)),
  });
  const position = await state.read();
  if (position.isComplete && confirm === true) {
    await printLine(
      context.stderr,
      `this run is complete; remove ${options.state} to run it again`,
    );
  }
  const plan = republishPlan(found, { deferred, after: options.after ?? position.after });
  // Detects a mistyped queue before anything is sent, and in a dry run.
  await queue.check();
  await (confirm === true
    ? republish(queue, plan, context, { ...options, state })
    : printPlan(queue, plan, context, options));
}

async function crashIdsThatPass(
  filter: CrashFilter,
  store: BlobStore,
  { stderr, interrupted }: CliContext,
): Promise<string[]> {
  const crashes = StoredCrashes.ofCollector(store, 'the crash store');
  const damaged: string[] = [];
  const found: string[] = [];
  const passing = examined(crashes, listedCrashes(crashes, filter), filter, {
    readsRawCrash: false,
    onDamaged: (message) => damaged.push(message),
  });
  for await (const { crashId } of passing) {
    found.push(crashId);
    if (interrupted.aborted) break;
    if (found.length > maxCrashes)
      throw new CliError(`more than ${maxCrashes} crashes; choose fewer days; nothing was sent`);
  }
  for (const message of damaged) await printLine(stderr, `left out: ${message}`);
  return found;
}

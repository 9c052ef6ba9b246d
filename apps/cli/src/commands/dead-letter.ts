import { type Command, Option } from 'commander';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import {
  type DeadLetterSource,
  deadLetterSources,
  withDeadLetters,
} from '../dead-letters/dead-letter-queues.js';
import { listDeadLetters } from '../dead-letters/list-dead-letters.js';
import { redriveDeadLetters } from '../dead-letters/redrive-dead-letters.js';
import { showDeadLetter } from '../dead-letters/show-dead-letter.js';
import { collectCrashIds, parseCrashId, upTo } from '../option-values.js';

interface CommonOptions {
  readonly dataDir: string;
  readonly queue: DeadLetterSource;
  readonly json?: true;
}

interface RedriveOptions extends CommonOptions {
  readonly all?: true;
  readonly force?: true;
  readonly rate: number;
  readonly dryRun?: true;
}

const redriveExamples = `
Examples:
  $ antenna dead-letter redrive de1bb258-cbbf-4589-a673-34f800160918
  $ antenna dead-letter redrive --all --dry-run
  $ antenna dead-letter redrive --all --rate 200
  $ antenna dead-letter redrive --all --force
  $ antenna dead-letter redrive --queue processing --all

A dead letter is deleted only after its message is back on the queue, so a redrive can be stopped and
run again at any time. The exit code is 1 when a given crash has no dead letter, 130 after Ctrl-C.`;

/** `antenna dead-letter`: the crashes that crashmover could not move, or the processor not process. */
export function addDeadLetterCommand(program: Command, context: CliContext): void {
  const deadLetter = program
    .command('dead-letter')
    .description(
      'List and show the crashes that crashmover could not move or the processor not process, and redrive them.',
    );
  const addSubcommand = (name: string, description: string): Command =>
    deadLetter
      .command(name)
      .description(description)
      .option('--data-dir <path>', 'data directory of the services', context.dataDirectory)
      .addOption(
        new Option('--queue <queue>', 'where they failed: intake (crashmover) or processing')
          .choices(deadLetterSources)
          .default('intake'),
      )
      .option('--json', 'print one JSON document');

  addSubcommand('ls', 'List dead letters: crash id, stage, reason, attempts, age.')
    .option('--max <number>', 'maximum number of dead letters', upTo(10_000), 100)
    .addHelpText('after', '\nExample:\n  $ antenna dead-letter ls --max 1000')
    .action((options: CommonOptions & { max: number }) =>
      withDeadLetters(options, context, async ({ deadLetters }) => {
        await listDeadLetters(deadLetters, options, context);
        if (context.interrupted.aborted) throw new CliError('interrupted', 130);
      }),
    );

  addSubcommand('show', 'Print the dead letter of a crash and what to do about it.')
    .argument('<crash id>', 'with or without the prefix "bp-"', parseCrashId)
    .addHelpText(
      'after',
      '\nExample:\n  $ antenna dead-letter show de1bb258-cbbf-4589-a673-34f800160918',
    )
    .action((crashId: string, options: CommonOptions) =>
      withDeadLetters(options, context, (queues) =>
        showDeadLetter(queues, { ...options, crashId }, context),
      ),
    );

  addSubcommand('redrive', 'Send dead letters back to the queue where they failed, one at a time.')
    .argument('[crash id...]', 'with or without the prefix "bp-"', collectCrashIds, [])
    .option('--all', 'redrive all dead letters that can succeed')
    .option('--force', 'with --all: also those that fail again until their cause is fixed')
    .option('--rate <number>', 'maximum number per second', upTo(1000), 50)
    .option('--dry-run', 'only print how many there are')
    .addHelpText('after', redriveExamples)
    .action(async (crashIds: readonly string[], options: RedriveOptions) => {
      if ((crashIds.length === 0) !== (options.all === true))
        throw new CliError('give either crash ids or --all');
      if (options.force === true && options.all !== true)
        throw new CliError('--force is only for --all: given crash ids are always redriven');
      await withDeadLetters(options, context, (queues) =>
        redriveDeadLetters(queues, { ...options, crashIds }, context),
      );
    });
}

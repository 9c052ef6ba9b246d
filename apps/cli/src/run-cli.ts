import { BlobStoreError } from '#antenna/blob-store';
import { MessageQueueError } from '#antenna/message-queue';
import { Command, CommanderError } from 'commander';
import type { CliContext } from './cli-context.js';
import { printLine } from './cli-context.js';
import { CliError, systemCode } from './cli-error.js';
import { addDeadLetterCommand } from './commands/dead-letter.js';
import { addQueueCommand } from './commands/queue.js';
import { addRepublishCommand } from './commands/republish.js';
import { addRulesCommand } from './commands/rules.js';
import { addSendCommand } from './commands/send.js';
import { addShowCommand } from './commands/show.js';
import { addSpoolCommand } from './commands/spool.js';
import { addStagingCommand } from './commands/staging.js';

/**
 * Runs one command line and returns the exit code: 0, or 1 after a line on stderr that says what was wrong, or
 * 130 after Ctrl-C.
 * @param args without the program's own name
 */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  try {
    await program(context).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    if (systemCode(error) === 'EPIPE') {
      // The reader of our output has seen enough (`| head`).
      return 0;
    }
    if (error instanceof CliError) {
      await printLine(context.stderr, `error: ${error.message}`);
      return error.exitCode;
    }
    if (isExplained(error)) {
      await printLine(context.stderr, `error: ${error.message}`);
      return 1;
    }
    throw error;
  }
}

/** Faults of the data that a command looked at; anything else is a fault of ours and shows its stack. */
function isExplained(error: unknown): error is Error {
  return error instanceof BlobStoreError || error instanceof MessageQueueError;
}

function program(context: CliContext): Command {
  const program = new Command('antenna')
    .description(
      'Send crash reports to an Antenna collector, look at what became of them, and operate it.',
    )
    .usage('<command> [options]')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      // Commander puts its guess at what was meant on a second line.
      outputError: (text, write) => write(`${text.trim().replaceAll('\n', ' ')}\n`),
    })
    .addHelpText(
      'after',
      `
Examples:
  $ npm run -s antenna -- send
  $ npm run -s antenna -- show bp-de1bb258-cbbf-4589-a673-34f800160918
  $ npm run -s antenna -- queue receive processing

\`antenna <command> --help\` has more.`,
    );
  addSendCommand(program, context);
  addShowCommand(program, context);
  addQueueCommand(program, context);
  addSpoolCommand(program, context);
  addStagingCommand(program, context);
  addDeadLetterCommand(program, context);
  addRepublishCommand(program, context);
  addRulesCommand(program, context);
  return program;
}

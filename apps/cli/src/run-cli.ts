import { readVersion, type Version } from '#antenna/version';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { CliContext } from './cli-context.js';
import { printLine } from './cli-context.js';
import { isKnownError } from './known-error.js';
import { systemCode } from '#antenna/errors';
import { CliError } from './cli-error.js';
import { addCompletion } from './completion.js';
import { addCompareCommand } from './commands/compare.js';
import { inOneLine, terminalSafe } from './terminal-safe.js';
import { addCrashesCommand } from './commands/crashes.js';
import { addIndexCommand } from './commands/crash-index.js';
import { addCorpusCommand } from './commands/corpus.js';
import { addDeadLetterCommand } from './commands/dead-letter.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addLoadCommand } from './commands/load.js';
import { addForwardCommand } from './commands/forward.js';
import { addQueueCommand } from './commands/queue.js';
import { addRepublishCommand } from './commands/republish.js';
import { addRulesCommand } from './commands/rules.js';
import { addSendCommand } from './commands/send.js';
import { addSignatureCommand } from './commands/signature.js';
import { addShowCommand } from './commands/show.js';
import { addSpoolCommand } from './commands/spool.js';
import { addStagingCommand } from './commands/staging.js';
import { addSymbolsCommand } from './commands/symbols.js';
import { addTailCommand } from './commands/tail.js';
import { addVerifyCommand } from './commands/verify.js';

/**
 * Runs one command line and returns the exit code: 0, 1 after an error message on stderr, or
 * 130 after Ctrl-C.
 * @param args without the program's own name
 */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  try {
    await commandLine(context).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has printed it, except for what was thrown outside of its parsers, which is a bug.
    if (error instanceof CommanderError && !(error instanceof InvalidArgumentError))
      return error.exitCode;
    if (systemCode(error) === 'EPIPE') {
      // The reader of the output has closed the pipe (`| head`).
      return 0;
    }
    if (error instanceof CliError) {
      await printLine(context.stderr, `error: ${inOneLine(error.message)}`);
      return error.exitCode;
    }
    if (isKnownError(error)) {
      await printLine(context.stderr, `error: ${inOneLine(error.message)}`);
      return 1;
    }
    throw error;
  }
}

/** All commands, with what they need of the process. */
export function commandLine(context: CliContext): Command {
  const program = new Command('antenna')
    .description(
      'Send crash reports to an Antenna collector, inspect stored crashes, and operate the collector.',
    )
    .usage('<command> [options]')
    .version(versionLine(readVersion()), '--version', 'print the version')
    .exitOverride()
    // A subcommand can have an option of its parent's name, as `load report` does.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(terminalSafe(text)),
      // Commander puts its suggestion on a second line.
      outputError: (text, write) => write(`${text.trim().replaceAll('\n', ' ')}\n`),
    })
    .addHelpText(
      'after',
      `
Examples:
  $ antenna send
  $ antenna show bp-de1bb258-cbbf-4589-a673-34f800160918
  $ antenna queue receive processing

In a checkout, \`npx antenna <command>\` runs it. \`antenna <command> --help\` prints more.`,
    );
  addSendCommand(program, context);
  addLoadCommand(program, context);
  addForwardCommand(program, context);
  addCorpusCommand(program, context);
  addTailCommand(program, context);
  addShowCommand(program, context);
  addCompareCommand(program, context);
  addCrashesCommand(program, context);
  addIndexCommand(program, context);
  addVerifyCommand(program, context);
  addQueueCommand(program, context);
  addSpoolCommand(program, context);
  addStagingCommand(program, context);
  addDeadLetterCommand(program, context);
  addRepublishCommand(program, context);
  addRulesCommand(program, context);
  addSymbolsCommand(program, context);
  addSignatureCommand(program, context);
  addDoctorCommand(program, context);
  addCompletion(program);
  return program;
}

/** `antenna 0.1.0`; an image also names its commit. */
function versionLine({ version, commit }: Version): string {
  return `antenna ${version}${commit === '' ? '' : ` (${commit})`}`;
}

import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { collectStrings, parseCrashId, upTo } from '../option-values.js';
import { parseSince, type Since } from '../since.js';
import { addStoreOptions, type StoreOptions } from '../stored/with-stored-crashes.js';

interface ExplainOptions extends StoreOptions {
  readonly frames?: string;
  readonly lists?: string;
  readonly json?: true;
}

interface TryOptions extends StoreOptions {
  readonly lists: string;
  readonly base?: string;
  readonly since?: Since;
  readonly product?: readonly string[];
  readonly limit: number;
  readonly json?: true;
}

const explainExamples = `
Examples:
  $ antenna signature explain bp-de1bb258-cbbf-4589-a673-34f800160918
  $ antenna signature explain de1bb258-cbbf-4589-a673-34f800160918 --lists my-lists.yaml
  $ echo '["abort", "malloc", "game::load(int)"]' | antenna signature explain --frames -

A file has frames, the innermost first: strings, or objects as in json_dump of a processed crash; or an object with
"frames" and also "mainThread", "reason", "os", "lastError", "dumpNames" and "annotations".`;

const tryExamples = `
Examples:
  $ antenna signature try --lists my-lists.yaml --since 7d --product MyGame
  $ antenna signature try --lists new.yaml --base live.yaml --since 20261122 --stored s3://crashes --json

Signs each processed crash of these days with both lists: two requests for each crash. Changes nothing.`;

const checkExamples = `
Example:
  $ antenna signature check my-lists.yaml

The exit code is 1 when there are errors.`;

/** `antenna signature`: for those who tune how crashes are grouped (docs/signatures.md). */
export function addSignatureCommand(program: Command, context: CliContext): void {
  const signature = program
    .command('signature')
    .description(
      'Explain how crashes are grouped, and try other signature lists on stored crashes.',
    );

  const explain = signature
    .command('explain')
    .description('Print which rule did what to make the signature of a crash.')
    .argument('[crash id]', 'a processed crash', parseCrashId)
    .option('--frames <file>', 'JSON with frames instead of a crash; - is standard input')
    .option('--lists <file>', 'signature lists (YAML) instead of the bundled ones');
  addStoreOptions(explain, context)
    .option('--json', 'print one JSON document')
    .addHelpText('after', explainExamples)
    .action(async (crashId: string | undefined, options: ExplainOptions) => {
      const { frames: file } = options;
      if ((crashId === undefined) === (file === undefined))
        throw new CliError('give either a crash id or --frames');
      const { explainCrash, explainFrames } = await import('../signature/explain-signature.js');
      if (crashId !== undefined) await explainCrash(crashId, options, context);
      else if (file !== undefined) await explainFrames(file, options, context);
    });

  const tryCommand = signature
    .command('try')
    .description('Print how other lists would group stored crashes: what splits, merges, changes.')
    .requiredOption('--lists <file>', 'the new signature lists (YAML); - is standard input')
    .option('--base <file>', 'the lists to compare with (default: the bundled ones)')
    .option(
      '--since <age or yyyymmdd>',
      'crashes of the last days, such as 7d, or since a day (UTC) (default: 7d)',
      parseSince,
    )
    .option('--product <name>', 'product; repeat it for any of several', collectStrings);
  addStoreOptions(tryCommand, context)
    .option('--limit <number>', 'signatures to print of each kind', upTo(100_000), 20)
    .option('--json', 'print one JSON document, with all signatures')
    .addHelpText('after', tryExamples)
    .action(async (options: TryOptions) => {
      const { tryLists } = await import('../signature/try-lists.js');
      await tryLists(options, context);
    });

  signature
    .command('check')
    .description('Print every error of a file of signature lists with its line and column.')
    .argument('<file>', 'signature lists (YAML); - is standard input')
    .option('--json', 'print one JSON document')
    .addHelpText('after', checkExamples)
    .action(async (file: string, options: { json?: true }) => {
      const { checkLists } = await import('../signature/read-lists.js');
      await checkLists(file, options, context);
    });
}

import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { parseHttpUrl } from '../option-values.js';
import type { RulesSource } from '../rules/read-ruleset.js';

interface SourceOptions {
  readonly url?: URL;
  readonly json?: true;
}

interface TryOptions extends SourceOptions {
  readonly annotations: string;
}

const liveUrl = 'http://127.0.0.1:8001';

const checkExamples = `
Examples:
  $ antenna rules check throttle-rules.yaml
  $ antenna rules check throttle-rules.yaml --json

The exit code is 1 when there are errors, and 0 when there are only warnings.`;

const tryExamples = `
Examples:
  $ antenna rules try throttle-rules.yaml --annotations annotations.json
  $ antenna rules try --url ${liveUrl} --annotations annotations.json

Without a file, the live rules are used. Each run draws samples anew.`;

const explainExamples = `
Examples:
  $ antenna rules explain
  $ antenna rules explain throttle-rules.yaml

Without a file, the live rules are explained, each with its share of the reports of the last minutes.`;

/** `antenna rules`: for authors of throttle rules (docs/throttling.md). */
export function addRulesCommand(program: Command, context: CliContext): void {
  const rules = program
    .command('rules')
    .description('Check, try and explain throttle rules, in a file or live.');
  const addSubcommand = (name: string, description: string): Command =>
    rules
      .command(name)
      .description(description)
      .argument('[file]', 'throttle rules (YAML); - is standard input')
      .option(
        '--url <url>',
        `rules that throttle-config serves (default: THROTTLE_CONFIG_URL, else ${liveUrl})`,
        parseHttpUrl,
      );

  // The rule language is slow to load: other commands start without it.
  rules
    .command('check')
    .description('Print every error and warning of a rules file with its line and column.')
    .argument('<file>', 'throttle rules (YAML); - is standard input')
    .option('--json', 'print one JSON document')
    .addHelpText('after', checkExamples)
    .action(async (file: string, options: { json?: true }) => {
      const { checkRules } = await import('../rules/check-rules.js');
      await checkRules(file, options, context);
    });

  addSubcommand(
    'try',
    'Print which rules match the annotations of a report, the verdict and its reason.',
  )
    .requiredOption('--annotations <file>', 'a JSON object; - is standard input')
    .option('--json', 'print one JSON document')
    .addHelpText('after', tryExamples)
    .action(async (file: string | undefined, options: TryOptions) => {
      const { tryRules } = await import('../rules/try-rules.js');
      await tryRules(sourceOf(file, options, context), options, context);
    });

  addSubcommand('explain', 'Describe rules in the order in which they are evaluated.')
    .option('--json', 'print one JSON document')
    .addHelpText('after', explainExamples)
    .action(async (file: string | undefined, options: SourceOptions) => {
      const { explainRules } = await import('../rules/explain-rules.js');
      await explainRules(sourceOf(file, options, context), options, context);
    });
}

function sourceOf(
  file: string | undefined,
  { url }: SourceOptions,
  { environment }: CliContext,
): RulesSource {
  if (file !== undefined && url !== undefined) throw new CliError('give either a file or --url');
  if (file !== undefined) return { file };
  return { url: url ?? parseHttpUrl(environment['THROTTLE_CONFIG_URL'] || liveUrl) };
}

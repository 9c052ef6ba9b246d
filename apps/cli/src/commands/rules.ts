import type { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { parseHttpUrl } from '../option-values.js';
import type { RulesSource } from '../rules/read-ruleset.js';
import { localThrottleConfig, throttleConfigUrl } from '../rules/throttle-config-url.js';

interface SourceOptions {
  readonly url?: URL;
  readonly json?: true;
}

interface TryOptions extends SourceOptions {
  readonly annotations: string;
}

interface ShadowCommandOptions extends SourceOptions {
  readonly for: string;
  readonly stop?: true;
}

interface HistoryCommandOptions extends SourceOptions {
  readonly diff?: string;
}

const defaultUrl = `default: THROTTLE_CONFIG_URL, else that of npm start, else ${localThrottleConfig}`;

const checkExamples = `
Examples:
  $ antenna rules check throttle-rules.yaml
  $ antenna rules check throttle-rules.yaml --json

The exit code is 1 when there are errors, and 0 when there are only warnings.`;

const tryExamples = `
Examples:
  $ antenna rules try throttle-rules.yaml --annotations annotations.json
  $ antenna rules try --url ${localThrottleConfig} --annotations annotations.json

Without a file, the live rules are used. Each run draws samples anew.`;

const explainExamples = `
Examples:
  $ antenna rules explain
  $ antenna rules explain throttle-rules.yaml

Without a file, the live rules are explained, each with its share of the reports of the last minutes.`;

const shadowExamples = `
Examples:
  $ antenna rules shadow draft.yaml --for 30m
  $ antenna rules shadow
  $ antenna rules shadow --stop

The live rules still decide. One draft runs at a time. Ctrl-C ends the display (exit code 130), and leaves the draft
running until its time is over; the exit code is 0 when it has ended, and 1 when it could not start.`;

const historyExamples = `
Examples:
  $ antenna rules history
  $ antenna rules history 3f0c9a5b7d21e864 > earlier.yaml
  $ antenna rules history 3f0c9a5b7d21e864 --diff 9c1b2e07a4d85f63

With a revision, the document is printed as its author wrote it, and on stderr how to go back to it.`;

/** `antenna rules`: for authors of throttle rules (docs/throttling.md). */
export function addRulesCommand(program: Command, context: CliContext): void {
  const rules = program
    .command('rules')
    .description(
      'Check, try and explain throttle rules, in a file or live, and try a draft on live reports.',
    );
  const addSubcommand = (name: string, description: string): Command =>
    rules
      .command(name)
      .description(description)
      .argument('[file]', 'throttle rules (YAML); - is standard input')
      .option('--url <url>', `rules that throttle-config serves (${defaultUrl})`, parseHttpUrl);

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
      await tryRules(await sourceOf(file, options, context), options, context);
    });

  addSubcommand('explain', 'Describe rules in the order in which they are evaluated.')
    .option('--json', 'print one JSON document')
    .addHelpText('after', explainExamples)
    .action(async (file: string | undefined, options: SourceOptions) => {
      const { explainRules } = await import('../rules/explain-rules.js');
      await explainRules(await sourceOf(file, options, context), options, context);
    });

  rules
    .command('shadow')
    .description(
      'Try a draft on live reports, without deciding anything, and show what it would change.',
    )
    .argument('[file]', 'draft (YAML); - is standard input; without it, follow the one that runs')
    .option('--for <time>', 'for how long, at most 60m', '10m')
    .option('--stop', 'stop the draft that runs, and print its result')
    .option('--url <url>', `throttle-config (${defaultUrl})`, parseHttpUrl)
    .option('--json', 'print one JSON document in each line, every two seconds')
    .addHelpText('after', shadowExamples)
    .action(async (file: string | undefined, options: ShadowCommandOptions) => {
      if (file !== undefined && options.stop === true)
        throw new CliError('give either a file or --stop');
      const { shadowRules } = await import('../rules/shadow/shadow-rules.js');
      const { stop = false, json = false, for: time } = options;
      const url = options.url ?? (await urlFrom(context));
      await shadowRules({ url, time, stop, json, ...(file !== undefined && { file }) }, context);
    });

  rules
    .command('history')
    .description('List the rulesets that were accepted in the last 90 days, print or compare them.')
    .argument('[revision]', 'print this ruleset')
    .option('--diff <revision>', 'print how the ruleset differs from this one')
    .option('--url <url>', `throttle-config (${defaultUrl})`, parseHttpUrl)
    .option('--json', 'print one JSON document')
    .addHelpText('after', historyExamples)
    .action(async (revision: string | undefined, options: HistoryCommandOptions) => {
      const { diff, json = false, url = await urlFrom(context) } = options;
      if (diff !== undefined && revision === undefined)
        throw new CliError('give a revision with --diff, to compare with');
      const { rulesHistory } = await import('../rules/rules-history.js');
      const given = {
        ...(revision !== undefined && { revision }),
        ...(diff !== undefined && { diff }),
      };
      await rulesHistory({ url, json, ...given }, context);
    });
}

async function urlFrom(context: CliContext): Promise<URL> {
  const configured = throttleConfigUrl(context);
  if (configured) return configured;
  const { readRunningCollector } = await import('#antenna/backends');
  const running = await readRunningCollector(context.dataDirectory);
  return new URL(running?.throttleConfigUrl ?? localThrottleConfig);
}

async function sourceOf(
  file: string | undefined,
  { url }: SourceOptions,
  context: CliContext,
): Promise<RulesSource> {
  if (file !== undefined && url !== undefined) throw new CliError('give either a file or --url');
  if (file !== undefined) return { file };
  return { url: url ?? (await urlFrom(context)) };
}

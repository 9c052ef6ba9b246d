import {
  describeProblem,
  type ParsedRuleset,
  parseCanonicalRuleset,
  parseRuleset,
  type Ruleset,
} from '#antenna/throttle';
import { type CliContext, print } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { readText } from '../read-input.js';
import { fetchFromThrottleConfig } from './fetch-from-throttle-config.js';

/** Where rules come from: a file (`-` is standard input), or what throttle-config serves. */
export type RulesSource = { readonly file: string } | { readonly url: URL };

/** The name of the source in messages. */
export function nameOf(source: RulesSource): string {
  if ('url' in source) return source.url.href;
  return source.file === '-' ? 'stdin' : source.file;
}

/**
 * Reads rules and validates them.
 * @throws CliError when they cannot be read; for invalid rules, after a line on stderr for each error
 */
export async function readRuleset(source: RulesSource, context: CliContext): Promise<Ruleset> {
  const { ruleset, errors } = await parse(source, context);
  if (ruleset === undefined) {
    const name = nameOf(source);
    const lines = errors.map((problem) => `${name}:${describeProblem(problem)}\n`);
    await print(context.stderr, lines.join(''));
    throw new CliError(`the rules of ${name} are not valid`);
  }
  return ruleset;
}

async function parse(source: RulesSource, context: CliContext): Promise<ParsedRuleset> {
  return 'url' in source
    ? parseCanonicalRuleset(
        await fetchFromThrottleConfig(source.url, '/v1/ruleset', context.interrupted),
      )
    : parseRuleset(await readText(source.file, context));
}

import { type ParsedRuleset, parseCanonicalRuleset, parseRuleset } from '#antenna/throttle';
import type { CliContext } from '../cli-context.js';
import { readText } from '../read-input.js';
import { askThrottleConfig } from './ask-throttle-config.js';

/** Where rules come from: a file (`-` is standard input), or what throttle-config serves. */
export type RulesSource = { readonly file: string } | { readonly url: URL };

/** How the source is called in messages. */
export function nameOf(source: RulesSource): string {
  if ('url' in source) return source.url.href;
  return source.file === '-' ? 'stdin' : source.file;
}

/**
 * Reads and validates rules.
 * @throws CliError when they cannot be had
 */
export async function readRuleset(
  source: RulesSource,
  context: CliContext,
): Promise<ParsedRuleset> {
  return 'url' in source
    ? parseCanonicalRuleset(await askThrottleConfig(source.url, '/v1/ruleset', context.interrupted))
    : parseRuleset(await readText(source.file, context));
}

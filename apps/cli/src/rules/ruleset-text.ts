import { type ParsedRuleset, parseCanonicalRuleset, parseRuleset } from '#antenna/throttle';
import type { CliContext } from '../cli-context.js';
import { CliError, systemCode } from '../cli-error.js';
import { readText } from '../read-input.js';

/** Where rules come from: a file (`-` is standard input), or what throttle-config serves. */
export type RulesSource = { readonly file: string } | { readonly url: URL };

const answerTimeoutMs = 10_000;

/** How the source is called in messages. */
export function nameOf(source: RulesSource): string {
  if ('url' in source) {
    return source.url.href;
  }
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
    ? parseCanonicalRuleset(await fetchRuleset(source.url, context.interrupted))
    : parseRuleset(await readText(source.file, context));
}

async function fetchRuleset(base: URL, interrupted: AbortSignal): Promise<string> {
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(answerTimeoutMs)]);
  try {
    const answer = await fetch(new URL('/v1/ruleset', base), { signal });
    if (!answer.ok) {
      throw new CliError(`throttle-config at ${base.href} answers ${answer.status}`);
    }
    return await answer.text();
  } catch (error) {
    if (error instanceof CliError) {
      throw error;
    }
    if (interrupted.aborted) {
      throw new CliError('interrupted', 130, { cause: error });
    }
    throw new CliError(`no throttle-config at ${base.href}: ${reasonOf(error)}`, 1, {
      cause: error,
    });
  }
}

/** Fetch hides the system's error in the cause of its own. */
function reasonOf(error: unknown): string {
  const cause =
    typeof error === 'object' && error !== null && 'cause' in error ? error.cause : error;
  return systemCode(cause) ?? `no answer within ${answerTimeoutMs / 1000} s`;
}

import type { RulesetCache } from '#antenna/service';
import { parseCanonicalRuleset } from '#antenna/throttle';

import { type AcceptedRuleset, acceptRuleset } from './accepted-ruleset.js';

/**
 * Reads the cached ruleset, `{"acceptedAt": …, "ruleset": …}`, and validates it like any other ruleset.
 * @returns undefined if nothing is cached
 * @throws Error if the cache does not hold a valid ruleset
 */
export async function readCached(cache: RulesetCache): Promise<AcceptedRuleset | undefined> {
  const json = await cache.read();
  if (json === undefined) return undefined;
  const { acceptedAt, ruleset } = JSON.parse(json) as { acceptedAt?: string; ruleset?: unknown };
  const parsed = parseCanonicalRuleset(JSON.stringify(ruleset ?? null));
  const at = new Date(acceptedAt ?? Number.NaN);
  const accepted = acceptRuleset(parsed, { origin: 'cache', acceptedAt: at, yaml: undefined });
  if (!accepted || Number.isNaN(at.getTime()))
    throw new Error(`${cache.file} holds no valid ruleset: ${parsed.errors[0]?.message ?? ''}`);
  return accepted;
}

export async function writeCached(
  cache: RulesetCache,
  { acceptedAt, json }: AcceptedRuleset,
): Promise<void> {
  await cache.write(`{"acceptedAt":"${acceptedAt.toISOString()}","ruleset":${json}}\n`);
}

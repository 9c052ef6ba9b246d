import { errorMessage } from '#antenna/errors';
import type { RulesetCache } from '#antenna/service';
import type { Logger } from '#antenna/telemetry';
import { mozillaRuleset } from '#antenna/bundled-rules';
import { parseRuleset } from '#antenna/throttle';

import { type AcceptedRuleset, acceptRuleset } from './accepted-ruleset.js';
import { readCached } from './cached-ruleset.js';

/** The live ruleset until the source has been read: the cached one, or else the bundled one. */
export async function initialRuleset(
  cache: RulesetCache | undefined,
  logger: Logger,
): Promise<AcceptedRuleset> {
  if (!cache) return bundledRuleset();
  await cache.sweep().catch((error: unknown) => {
    logger.warn(`the draft of the cached ruleset was not removed: ${errorMessage(error)}`);
  });
  try {
    return (await readCached(cache)) ?? bundledRuleset();
  } catch (error) {
    logger.error(`the cached ruleset cannot be used: ${errorMessage(error)}`);
    return bundledRuleset();
  }
}

/** @throws Error never: a spec checks that the bundled ruleset is valid. */
export function bundledRuleset(): AcceptedRuleset {
  const bundled = acceptRuleset(parseRuleset(mozillaRuleset), {
    origin: 'bundled',
    acceptedAt: new Date(),
    yaml: mozillaRuleset,
  });
  if (!bundled) throw new Error('the bundled ruleset is not valid');
  return bundled;
}

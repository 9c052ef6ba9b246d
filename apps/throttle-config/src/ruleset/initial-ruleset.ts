import { type Logger, errorMessage } from '#antenna/telemetry';
import { mozillaRuleset, parseRuleset } from '#antenna/throttle';

import { type AcceptedRuleset, acceptRuleset } from './accepted-ruleset.js';
import type { RulesetCache } from './ruleset-cache.js';

/** What is live before the source has been read: the cached ruleset if there is one, else the bundled one. */
export async function initialRuleset(
  cache: RulesetCache | undefined,
  logger: Logger,
): Promise<AcceptedRuleset> {
  await cache?.sweep().catch((error: unknown) => {
    logger.warn(`a draft of the cached ruleset stays: ${errorMessage(error)}`);
  });
  try {
    const cached = await cache?.load();
    if (cached) return cached;
  } catch (error) {
    logger.error(`the cached ruleset cannot be used: ${errorMessage(error)}`);
  }
  return bundledRuleset();
}

/** @throws Error never: a spec holds the bundled ruleset valid. */
export function bundledRuleset(): AcceptedRuleset {
  const bundled = acceptRuleset(parseRuleset(mozillaRuleset), {
    origin: 'bundled',
    acceptedAt: new Date(),
  });
  if (!bundled) throw new Error('the bundled ruleset is not valid');
  return bundled;
}

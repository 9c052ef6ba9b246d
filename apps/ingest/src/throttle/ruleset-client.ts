import { rulesetLimits } from '#antenna/throttle';

import { readBounded } from '#antenna/memory';

/** A response of throttle-config's API (docs/throttle-config.md). */
export interface FetchedRuleset {
  readonly canonicalJson: string;
  readonly etag: string;
}

/** How long throttle-config holds a poll while the ruleset does not change. */
const pollWaitSeconds = 30;
const answerTimeoutMs = 10_000;

export class RulesetClient {
  constructor(
    private readonly baseUrl: string,
    private readonly instance: string,
  ) {}

  /**
   * Waits until the ruleset differs from the one with this etag.
   * @returns undefined when it did not change within the wait.
   * @throws Error when throttle-config does not answer with a ruleset.
   */
  async changedFrom(
    etag: string | undefined,
    revision: string | undefined,
    signal: AbortSignal,
  ): Promise<FetchedRuleset | undefined> {
    const response = await fetch(new URL(`/v1/ruleset?wait=${pollWaitSeconds}s`, this.baseUrl), {
      headers: {
        accept: 'application/json',
        'x-antenna-instance': this.instance,
        ...(etag !== undefined && { 'if-none-match': etag }),
        ...(revision !== undefined && { 'x-antenna-revision': revision }),
      },
      signal: AbortSignal.any([
        signal,
        AbortSignal.timeout(pollWaitSeconds * 1000 + answerTimeoutMs),
      ]),
    });
    if (response.status === 304) {
      await response.body?.cancel();
      return undefined;
    }
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`throttle-config answered ${response.status}`);
    }
    return {
      canonicalJson: await readBounded(response, rulesetLimits.canonicalBytes),
      etag: response.headers.get('etag') ?? '',
    };
  }
}

/**
 * The draft with this id, as canonical JSON; undefined if the replica does not have it.
 * @throws Error when throttle-config does not answer
 */
export async function fetchDraft(
  replica: string,
  id: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const response = await fetch(new URL(`/v1/shadow/${encodeURIComponent(id)}`, replica), {
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]),
  });
  if (response.status === 200) return await readBounded(response, rulesetLimits.canonicalBytes);
  await response.body?.cancel();
  return undefined;
}

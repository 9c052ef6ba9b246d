import { CrashIndexError, type CrashSearch } from '#antenna/crash-index';
import { errorMessage } from '#antenna/errors';
import { inSpan, type Logger, type Metrics } from '#antenna/telemetry';
import { secondsSince } from '#antenna/time';

/** A browser sends three for a page. More at a time would only wait for each other, up to their deadline. */
const maxQueries = 64;

type Operation = Exclude<keyof CrashSearch, 'check' | 'close'>;

/**
 * Limits, measures and traces the queries of an index, and logs when they begin to fail, and when they work again. Above the
 * limit, a query fails as if the index were not available.
 */
export function observeSearch(
  search: CrashSearch,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
): CrashSearch {
  let isFailing = false;
  let running = 0;

  async function observed<T>(operation: Operation, query: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    running += 1;
    try {
      if (running > maxQueries) throw tooManyQueries();
      const result = await inSpan(`index ${operation}`, {}, query);
      if (isFailing) logger.info('the crash index answers again');
      isFailing = false;
      return result;
    } catch (error) {
      if (!(error instanceof CrashIndexError) || (!error.retryable && error.code !== 'damaged'))
        throw error;
      metrics.increment('antenna.crash_stats.index.failures', { operation });
      if (!isFailing)
        logger.warn(`the crash index cannot be searched: ${errorMessage(error)}`, { error });
      isFailing = true;
      throw error;
    } finally {
      running -= 1;
      const duration = secondsSince(startedAt);
      metrics.record('antenna.crash_stats.index.query.duration', duration, { operation });
    }
  }

  return {
    find: async (crashId) => await observed('find', async () => await search.find(crashId)),
    search: async (query, window) =>
      await observed('search', async () => await search.search(query, window)),
    groups: async (query, requests) =>
      await observed('groups', async () => await search.groups(query, requests)),
    firstSeen: async (signatures) =>
      await observed('firstSeen', async () => await search.firstSeen(signatures)),
    check: async () => await search.check(),
    close: async () => await search.close(),
  };
}

function tooManyQueries(): CrashIndexError {
  const message = `more than ${maxQueries} queries at a time; add replicas, or wait until they have ended`;
  return new CrashIndexError('unavailable', message);
}

import { CrashIndexError, type CrashSearch } from '#antenna/crash-index';
import { errorMessage } from '#antenna/errors';
import { inSpan, type Logger, type Metrics } from '#antenna/telemetry';
import { secondsSince } from '#antenna/time';

type Operation = Exclude<keyof CrashSearch, 'check' | 'close'>;

/** Measures and traces the queries of an index, and logs when they begin to fail, and when they work again. */
export function observeSearch(
  search: CrashSearch,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
): CrashSearch {
  let isFailing = false;

  async function observed<T>(operation: Operation, query: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
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

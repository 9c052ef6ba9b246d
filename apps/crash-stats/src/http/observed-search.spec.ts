import { expect, it } from '@jest/globals';

import { CrashIndexError, type CrashSearch } from '#antenna/crash-index';
import { metricsForTests } from '#antenna/telemetry';
import { recordingLogger } from '#antenna/testing';

import { observeSearch } from './observed-search.js';

const outage = new CrashIndexError('unavailable', 'search.example.org does not answer');

const unused = async () => await Promise.reject(new Error('not used'));

function observed(find: CrashSearch['find']) {
  const inner = { find, search: unused, groups: unused, firstSeen: unused, check: unused };
  const logger = recordingLogger();
  const telemetry = metricsForTests();
  const search = observeSearch({ ...inner, close: unused }, { logger, metrics: telemetry.metrics });
  return { search, logger, telemetry };
}

it('logs the begin and the end of an outage once, and counts each failure', async () => {
  let isDown = true;
  const { search, logger, telemetry } = observed(async () => {
    if (isDown) throw outage;
    return await Promise.resolve(undefined);
  });

  await expect(search.find('a')).rejects.toBe(outage);
  await expect(search.find('b')).rejects.toBe(outage);
  isDown = false;
  await search.find('c');
  await search.find('d');

  expect(logger.messages).toEqual([
    'the crash index cannot be searched: search.example.org does not answer',
    'the crash index answers again',
  ]);
  expect(await telemetry.value('antenna.crash_stats.index.failures', { operation: 'find' })).toBe(
    2,
  );
  const durations = (await telemetry.readings()).find(({ name }) =>
    name.includes('query.duration'),
  );
  expect(durations?.count).toBe(4);
});

it('does not count a query that is refused as a failure of the index', async () => {
  const refusal = new CrashIndexError('refused', 'no such field');
  const { search, logger, telemetry } = observed(async () => await Promise.reject(refusal));

  await expect(search.find('a')).rejects.toBe(refusal);
  expect(logger.messages).toEqual([]);
  expect(await telemetry.value('antenna.crash_stats.index.failures')).toBe(0);
});

it('runs 64 queries at a time, and more when some have ended', async () => {
  const release = Promise.withResolvers<undefined>();
  const { search } = observed(async () => await release.promise);
  const running = Array.from({ length: 64 }, async (_, n) => await search.find(String(n)));

  await expect(search.find('one more')).rejects.toThrow('more than 64 queries at a time');
  release.resolve(undefined);
  await Promise.all(running);
  expect(await search.find('later')).toBeUndefined();
});

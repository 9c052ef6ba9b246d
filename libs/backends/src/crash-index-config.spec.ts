import { describe, expect, it } from '@jest/globals';
import { CrashFeedConfig, CrashIndexConfig } from './crash-index-config.js';

function configOf(values: Partial<CrashIndexConfig>): CrashIndexConfig {
  return Object.assign(new CrashFeedConfig(), values);
}

describe('the settings of the crash index', () => {
  it.each<Partial<CrashIndexConfig>>([
    {},
    { location: './data/crashes.sqlite' },
    { location: 'https://search.example.org:9200', user: 'antenna', password: 'x' },
    { location: 'https://search.example.org', awsRegion: 'eu-central-1' },
  ])('accept %j', (values) => {
    expect(configOf(values).validate()).toEqual([]);
  });

  it.each<[Partial<CrashIndexConfig>, string]>([
    [{ location: 'https://user:secret@host' }, 'CRASH_INDEX must be a valid URL without user'],
    [{ location: 'https://host/path' }, 'CRASH_INDEX must be a valid URL without user, path'],
    [{ location: 'https://' }, 'CRASH_INDEX must be a valid URL'],
    [{ prefix: 'Crashes*' }, 'CRASH_INDEX_PREFIX must be up to 64 lower-case letters'],
    [{ user: 'a' }, 'CRASH_INDEX_USER and CRASH_INDEX_PASSWORD must be set together'],
    [{ user: 'a', password: 'b', awsRegion: 'c' }, 'CRASH_INDEX_USER and CRASH_INDEX_AWS_REGION'],
  ])('refuse %j without repeating a secret', (values, problem) => {
    const problems = configOf(values).validate();
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(problems.join()).not.toContain('secret');
  });

  it('tell OpenSearch from a file', () => {
    expect(configOf({ location: 'data/crashes.sqlite' }).openSearch).toBeUndefined();
    expect(configOf({ location: 'HTTP://host' }).openSearch).toMatchObject({ url: 'HTTP://host' });
  });
});

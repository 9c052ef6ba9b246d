import type { OpenSearchOptions } from '#antenna/crash-index';
import { Duration, Integer, Setting } from '#antenna/service';

/** Where the index of crashes is. */
export class CrashIndexConfig {
  @Setting({
    env: 'CRASH_INDEX',
    doc: 'Index of processed crashes: URL of OpenSearch, such as `https://search.example.org`, or path of a SQLite file. Default: none. `npm start` does not read it, and keeps a file in its data directory.',
  })
  location: string | undefined;

  @Setting({
    env: 'CRASH_INDEX_PREFIX',
    doc: 'Name of the alias in OpenSearch, and first part of the names of its indices. Set it if collectors share a cluster.',
  })
  prefix = 'antenna-crashes';

  @Setting({ env: 'CRASH_INDEX_USER', doc: 'User of OpenSearch. Default: no user.' })
  user: string | undefined;

  @Setting({
    env: 'CRASH_INDEX_PASSWORD',
    doc: 'Password of CRASH_INDEX_USER.',
    secret: true,
  })
  password: string | undefined;

  @Setting({
    env: 'CRASH_INDEX_AWS_REGION',
    doc: 'Region of an Amazon OpenSearch Service domain: requests are signed with the default credentials of the AWS SDK. Default: they are not signed.',
  })
  awsRegion: string | undefined;

  validate(): string[] {
    const { location, prefix, user, password, awsRegion } = this;
    const problems: (readonly [boolean, string])[] = [
      [
        !/^[a-z0-9][a-z0-9_-]{0,63}$/.test(prefix),
        'CRASH_INDEX_PREFIX must be up to 64 lower-case letters, digits, - and _, the first a letter or digit',
      ],
      [
        (user === undefined) !== (password === undefined),
        'CRASH_INDEX_USER and CRASH_INDEX_PASSWORD must be set together',
      ],
      [
        user !== undefined && awsRegion !== undefined,
        'CRASH_INDEX_USER and CRASH_INDEX_AWS_REGION must not be set together',
      ],
      [
        location !== undefined && isUrl(location) && !isPlainUrl(location),
        'CRASH_INDEX must be a valid URL without user, path and query; use CRASH_INDEX_USER and CRASH_INDEX_PREFIX',
      ],
    ];
    return problems.flatMap(([isWrong, problem]) => (isWrong ? [problem] : []));
  }

  /** Undefined unless the index is in OpenSearch. */
  get openSearch(): OpenSearchOptions | undefined {
    const { location, prefix, user, password, awsRegion } = this;
    if (location === undefined || !isUrl(location)) return undefined;
    return { url: location, prefix, user, password, awsRegion };
  }
}

/** For the processor, which writes the index. */
export class CrashFeedConfig extends CrashIndexConfig {
  @Setting({
    env: 'CRASH_INDEX_KEEP',
    doc: 'Age from which weeks are deleted from OpenSearch, by the time of receipt of their last crash. Set it to the retention of the crash bucket. Of a SQLite file, what is no longer stored is removed.',
  })
  @Duration({ min: '7d' })
  keepMs = 180 * 24 * 60 * 60 * 1000;

  @Setting({
    env: 'CRASH_INDEX_SHARDS',
    doc: 'Primary shards of each week in OpenSearch, from the next week on. One shard should have at most 30 GiB.',
  })
  @Integer({ min: 1, max: 100 })
  shards = 1;

  override get openSearch(): OpenSearchOptions | undefined {
    const options = super.openSearch;
    return options && { ...options, shards: this.shards };
  }
}

function isUrl(location: string): boolean {
  return /^https?:\/\//i.test(location);
}

function isPlainUrl(location: string): boolean {
  if (!URL.canParse(location)) return false;
  const { username, password, pathname, search, hash } = new URL(location);
  return pathname === '/' && [username, password, search, hash].every((part) => part === '');
}

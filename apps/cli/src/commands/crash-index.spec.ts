import { join } from 'node:path';
import { openDirectoryBlobStore } from '#antenna/blob-store';
import { CrashIndex, openCrashSearch } from '#antenna/crash-index';
import { rawCrashKey } from '#antenna/crash-report';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { describeIndexCommands } from '../../test/index-commands.js';
import { runCaptured } from '../../test/run-captured.js';

describeIndexCommands('a SQLite file', {
  async open(folder) {
    const location = join(folder, 'crashes.sqlite');
    const feed = await CrashIndex.open(location);
    const search = openCrashSearch(location);
    return {
      location,
      feed,
      search,
      refresh: async () => undefined,
      async close() {
        await search.close();
        feed.close();
      },
    };
  },
  stop: async () => undefined,
});

describe('antenna index', () => {
  const id = 'de1bb258-cbbf-4589-a673-34f800261118';
  let data: TemporaryDirectory;

  beforeEach(async () => {
    data = await temporaryDirectory();
    const store = await openDirectoryBlobStore({ directory: join(data.path, 'crashes') });
    await store.put(rawCrashKey(id), Buffer.from('{}'));
  });

  afterEach(async () => await data.remove());

  const away = { CRASH_INDEX: 'http://127.0.0.1:1' };

  it.each<[string, readonly string[], Record<string, string>, RegExp]>([
    [
      'no index is known',
      ['status'],
      {},
      /^error: there is no index of these crashes: set CRASH_INDEX to its URL or file\n$/,
    ],
    ['OpenSearch is away', ['status'], away, /^error: crash index 127\.0\.0\.1:1: .*check that/],
    ['a day is none', ['rebuild', '--since', '20261131'], away, /Must be a day as YYYYMMDD/],
    [
      'the days are in the wrong order',
      ['rebuild', '--since', '20261119', '--until', '20261118'],
      away,
      /^error: --since 20261119 is after --until 20261118\n$/,
    ],
    [
      'a setting is wrong',
      ['status'],
      { CRASH_INDEX: 'http://user:secret@host' },
      /^error: CRASH_INDEX must be a valid URL without user, (?!.*secret)/,
    ],
  ])('says what to do when %s', async (_name, args, environment, expected) => {
    const run = await runCaptured(['index', ...args, '--data-dir', data.path], { environment });
    expect(run).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(expected) });
  });

  it('says where to continue when OpenSearch goes away', async () => {
    const args = ['index', 'rebuild', '--since', '20261118', '--data-dir', data.path];
    const { code, stderr } = await runCaptured(args, { environment: away });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^to continue: antenna index rebuild --since 20261118 --until 20261120\nerror: crash index 127/,
    );
  });

  it('leaves a marker for a crash that is erased while OpenSearch is away', async () => {
    const erase = ['crashes', 'erase', '--id', id, '--reason', 'x', '--data-dir', data.path];
    const { code, stdout, stderr } = await runCaptured(erase, { environment: away });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'erased 1 crash of 1 examined\n' });
    expect(stderr).toMatch(/^note: crash index .*; a processor removes these crashes/m);
    const store = await openDirectoryBlobStore({ directory: join(data.path, 'crashes') });
    const keys = (await Array.fromAsync(store.list(''))).map(({ key }) => key);
    expect(keys).toEqual([expect.stringMatching(`^v1/index_pending/${id}\\.\\d+$`)]);
  });
});

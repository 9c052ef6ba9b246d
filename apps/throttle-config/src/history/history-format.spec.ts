import { gzipSync } from 'node:zlib';

import { describe, expect, it } from '@jest/globals';

import { decodeHistory, encodeHistory } from './history-format.js';

const entry = {
  revision: '0123456789abcdef',
  acceptedAt: '2026-11-29T12:00:00.000Z',
  source: 'ConfigMap crashes/throttle-rules',
  edit: 'uid/1',
  user: 'jane',
  ruleset: 'rules: []\n',
};

const decoded = async (value: unknown) => await decodeHistory(gzipSync(JSON.stringify(value)));

describe('decodeHistory', () => {
  it('reads what encodeHistory wrote, and fields of a newer version', async () => {
    const entries = Array.from({ length: 200 }, (_, index) => ({ ...entry, edit: `uid/${index}` }));
    expect(await decodeHistory(await encodeHistory(entries))).toEqual(entries);
    expect(await decoded([{ ...entry, later: { a: [1] } }])).toHaveLength(1);
  });

  it.each([
    ['that is no revision, which would reach a shell', { ...entry, revision: '$(id)' }],
    ['whose revision is a path', { ...entry, revision: '../..' }],
    ['that is never too old', { ...entry, acceptedAt: 'zzz' }],
    ['without a document', { ...entry, ruleset: undefined }],
    ['that is null', null],
  ])('refuses a list with an entry %s', async (_, other) => {
    await expect(decoded([entry, other])).rejects.toThrow('it is no list of entries');
  });

  it('refuses a list of more values than fit into the memory', async () => {
    await expect(decoded(Array.from({ length: 20_000 }, () => ({})))).rejects.toThrow(
      'JSON has more than 10000 values',
    );
  });
});

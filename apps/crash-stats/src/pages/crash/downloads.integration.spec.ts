import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aMinidump } from '#antenna/testing';

import { CrashStatsUnderTest } from '../../../test/crash-stats-under-test.js';
import { annotations, newId, store } from '../../../test/stored-crash.js';

let stats: CrashStatsUnderTest;
beforeAll(async () => {
  stats = await CrashStatsUnderTest.create();
});
afterAll(async () => {
  await stats.dispose();
});

describe('downloads', () => {
  it('are attachments with safe names that run nothing and stay in no cache', async () => {
    const dump = aMinidump();
    const id = await store(stats, {
      dumps: { upload_file_minidump: dump, upload_file_minidump_browser: dump },
    });
    const expected = {
      upload_file_minidump: `${id}.dmp`,
      upload_file_minidump_browser: `${id}-upload_file_minidump_browser.dmp`,
    };

    for (const [name, file] of Object.entries(expected)) {
      const answer = await stats.get(`/crash/${id}/dump/${name}`, 'protected');
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(dump);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="${file}"`,
        'content-security-policy': "sandbox; default-src 'none'",
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
    }
    const page = await stats.page(`/crash/${id}`);
    expect(page).toContain(`href="/crash/${id}/dump/upload_file_minidump"`);
  });

  it('are the stored bytes as JSON, or for a viewer what a viewer may see', async () => {
    const id = await store(stats);

    const raw = await stats.get(`/crash/${id}/raw.json`, 'protected');
    expect(raw.headers.get('content-disposition')).toContain(`"${id}-raw.json"`);
    expect(await raw.json()).toMatchObject(annotations);
    const whole: unknown = JSON.parse(await stats.page(`/crash/${id}/processed.json`, 'protected'));
    expect(whole).toMatchObject({ annotations: { MozCrashReason: 'secret reason' } });
    const part = await stats.page(`/crash/${id}/processed.json`, 'viewer');
    expect(part).not.toContain('secret');
    expect(JSON.parse(part)).toMatchObject({ is_partial: true, json_dump: { threads: [{}] } });
  });

  it('of protected data are refused to a viewer, without saying whether they exist', async () => {
    const id = await store(stats, { dumps: { upload_file_minidump: aMinidump() } });

    for (const crashId of [id, newId()]) {
      for (const path of ['raw.json', 'dump/upload_file_minidump', 'dump/other'])
        expect((await stats.get(`/crash/${crashId}/${path}`, 'viewer')).status).toBe(403);
    }
  });

  it('give their memory back when the client goes away', async () => {
    const id = await store(stats, { dumps: { large: Buffer.alloc(50 * 1024 * 1024) } });

    for (const _ of [1, 2, 3, 4]) {
      const answer = await stats.get(`/crash/${id}/dump/large`, 'protected');
      expect(answer.status).toBe(200);
      await answer.body?.cancel();
    }
  });

  it.each(['raw_crash', 'dump_names', '..', '%2e%2e%2fraw_crash', 'x', '%00', 'a.b'])(
    'never read the dump %s from elsewhere in the store',
    async (name) => {
      const id = await store(stats);
      expect((await stats.get(`/crash/${id}/dump/${name}`, 'operator')).status).toBe(404);
    },
  );
});

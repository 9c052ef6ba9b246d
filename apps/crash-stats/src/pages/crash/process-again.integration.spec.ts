import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { BlobStoreError } from '#antenna/blob-store';
import { MessageQueueError } from '#antenna/message-queue';
import { interceptBlobStore, interceptQueue } from '#antenna/testing';

import { CrashStatsUnderTest } from '../../../test/crash-stats-under-test.js';
import { newId, store } from '../../../test/stored-crash.js';

let stats: CrashStatsUnderTest;
beforeAll(async () => {
  stats = await CrashStatsUnderTest.create();
});
afterAll(async () => {
  await stats.dispose();
});

describe('process again', () => {
  it('sends the crash id to the processing queue, and says so on the page', async () => {
    const id = await store(stats);
    stats.logger.lines.length = 0;

    const answer = await stats.post(`/crash/${id}/process`, 'operator');

    expect(answer.status).toBe(303);
    const location = answer.headers.get('location') ?? '';
    expect(location).toMatch(new RegExp(`^/crash/${id}\\?sent=\\d{13}$`));
    expect(await stats.sentIds()).toEqual([id]);
    expect(stats.logger.messages).toContain('audit: a crash is processed again');
    expect(await stats.page(location)).toContain('was sent to the processing queue');
    expect(await stats.page(`/crash/${id}?sent=1000000000000`)).toContain('It was processed again');
  });

  it.each(['viewer', 'protected'] as const)('is refused to the role %s', async (role) => {
    const id = await store(stats);
    expect((await stats.post(`/crash/${id}/process`, role)).status).toBe(403);
    expect(await stats.sentIds()).toEqual([]);
  });

  it('is refused to a form of another site, and to a link', async () => {
    const id = await store(stats);
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };

    expect((await stats.post(`/crash/${id}/process`, 'operator', foreign)).status).toBe(403);
    expect([404, 405]).toContain((await stats.get(`/crash/${id}/process`, 'operator')).status);
    expect(await stats.sentIds()).toEqual([]);
  });

  it('sends nothing for a crash that is not stored', async () => {
    expect((await stats.post(`/crash/${newId()}/process`, 'operator')).status).toBe(404);
    expect(await stats.sentIds()).toEqual([]);
  });
});

describe('an outage', () => {
  it('of the store is a page that says so, with status 503', async () => {
    const id = await store(stats);
    const crashes = interceptBlobStore(stats.crashes, () => {
      throw new BlobStoreError('unavailable', 'connect ECONNREFUSED 10.0.0.1');
    });
    const down = await CrashStatsUnderTest.create({ crashes });
    try {
      for (const path of ['', '/raw.json', '/processed.json', '/dump/upload_file_minidump']) {
        const answer = await down.get(`/crash/${id}${path}`, 'operator');
        const text = await answer.text();
        expect(answer.status).toBe(503);
        expect(text).toContain('The crash store does not answer');
        expect(text).not.toContain('10.0.0.1');
      }
    } finally {
      await down.dispose();
    }
  });

  it('of the queue says that nothing was sent and nothing lost', async () => {
    const id = await store(stats);
    const down = await CrashStatsUnderTest.create({
      crashes: stats.crashes,
      processing: interceptQueue(stats.processing, () => {
        throw new MessageQueueError('unavailable', 'connect ECONNREFUSED 10.0.0.1');
      }),
    });
    try {
      const answer = await down.post(`/crash/${id}/process`, 'operator');
      const text = await answer.text();
      expect(answer.status).toBe(503);
      expect(text).toContain('are unchanged');
      expect(text).not.toContain('10.0.0.1');
    } finally {
      await down.dispose();
    }
  });
});

import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { indexedFacts } from '#antenna/testing';

import { CrashStatsUnderTest } from '../../test/crash-stats-under-test.js';
import { newId, store } from '../../test/stored-crash.js';

const checkedIn = new URL('../../../../docs/openapi/crash-stats.json', import.meta.url);
const now = Date.now();
const crash = indexedFacts({ date: now - 1000, reason: null });
let stats: CrashStatsUnderTest;

beforeAll(async () => {
  stats = await CrashStatsUnderTest.create();
  await stats.index([crash, indexedFacts({ date: now - 2000, product: 'Other' })]);
});

afterAll(async () => {
  await stats.dispose();
});

async function json(path: string): Promise<object> {
  return JSON.parse(await stats.page(path, 'viewer')) as object;
}

describe('GET /v1/crashes', () => {
  it('returns the chosen columns and the counts', async () => {
    expect(
      await json(
        '/v1/crashes?product=MyGame&column=date&column=uptime&column=reason&column=modules&facet=product',
      ),
    ).toEqual({
      total: 1,
      from: 0,
      crashes: [
        {
          crash_id: crash.crash_id,
          date: new Date(crash.date).toISOString(),
          uptime: 90,
          reason: null,
          modules: ['game', 'libc.so.6'],
        },
      ],
      facets: [{ field: 'product', valueCount: 1, values: [{ value: 'MyGame', count: 1 }] }],
    });
  });

  it('sorts and divides the result', async () => {
    const found = await json('/v1/crashes?sort=date&size=1&from=1');
    expect(found).toMatchObject({ total: 2, from: 1, crashes: [{ crash_id: crash.crash_id }] });
  });

  it('answers problem details that name every problem', async () => {
    const answer = await stats.get('/v1/crashes?prodct=x&size=501', 'viewer');
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await answer.json()).toEqual({
      title: 'The query cannot be used',
      status: 400,
      detail: expect.any(String),
      errors: [
        'there is no field "prodct": did you mean product?',
        'size is "501": use a whole number from 1 to 500',
      ],
    });
  });
});

describe('GET /v1/crashes/{id}', () => {
  it('returns what the viewer may see of a processed crash', async () => {
    const id = await store(stats);
    const partial = await json(`/v1/crashes/bp-${id}`);
    expect(partial).toMatchObject({ uuid: id, signature: 'Level::load', is_partial: true });
    expect(JSON.stringify(partial)).not.toContain('secret');
    expect(stats.auditLines()).toEqual([]);

    const whole = JSON.parse(await stats.page(`/v1/crashes/${id}`, 'protected')) as object;
    expect(whole).toMatchObject({ is_partial: false });
    expect(JSON.stringify(whole)).toContain('secret');
    expect(stats.auditLines()).toEqual([
      { user: 'protected@example.com', what: 'processed_crash', crash_id: id },
    ]);
  });

  it.each([newId(), 'nonsense', '..%2F..%2Fetc%2Fpasswd', '%00', 'x'.repeat(90)])(
    'answers 404 as problem details for %s',
    async (id) => {
      const answer = await stats.get(`/v1/crashes/${id}`, 'viewer');
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    },
  );
});

describe('GET /v1/top', () => {
  it('returns the signatures with the most crashes', async () => {
    expect(await json('/v1/top?days=1&limit=1')).toEqual({
      total: 2,
      totalBefore: 0,
      signatureCount: 1,
      crashers: [
        {
          rank: 1,
          signature: 'game::Level::load',
          count: 2,
          share: 1,
          rankBefore: null,
          countBefore: 0,
          firstSeen: new Date(now - 2000).toISOString(),
          bars: [...Array.from({ length: 23 }, () => 0), 2],
        },
      ],
    });
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'days=x', 'facet=product'])(
    'refuses %s',
    async (query) => {
      expect((await stats.get(`/v1/top?${query}`, 'viewer')).status).toBe(400);
    },
  );
});

describe('GET /v1/signature', () => {
  it('returns what the crashes of a signature have in common', async () => {
    expect(await json('/v1/signature?signature=game::Level::load')).toMatchObject({
      signature: 'game::Level::load',
      total: 2,
      firstSeen: new Date(now - 2000).toISOString(),
      latest: [{ crash_id: crash.crash_id, date: new Date(crash.date).toISOString() }, {}],
      annotations: { sample: 1, rest: 0, found: [] },
    });
  });

  it.each([
    ['', 400],
    ['signature=a&signature=b', 400],
    ['signature.contains=a', 400],
    ['signature=nothing', 404],
  ])('answers %j with %d', async (query, status) => {
    const answer = await stats.get(`/v1/signature?${query}`, 'viewer');
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  });
});

it('describes itself as in docs/openapi', async () => {
  expect(await json('/v1/openapi.json')).toEqual(JSON.parse(await readFile(checkedIn, 'utf8')));
});

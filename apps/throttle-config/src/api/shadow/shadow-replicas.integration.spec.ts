import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { acceptAllRuleset, waitFor } from '#antenna/testing';
import type { ShadowReport } from '#antenna/throttle';

import { aShadowReport as report } from '../../../test/a-shadow-report.js';
import {
  ThrottleConfigs,
  type ThrottleConfigUnderTest,
} from '../../../test/throttle-config-under-test.js';
import { ShadowService } from './shadow.service.js';
import type { ShadowAnswer } from './shadow.dto.js';

const services = new ThrottleConfigs();
let service: ThrottleConfigUnderTest;

beforeEach(async () => {
  service = await services.start();
});
afterEach(async () => await services.close());

async function start(): Promise<Response> {
  return await service.post('/v1/shadow', { ruleset: acceptAllRuleset });
}

async function started(): Promise<NonNullable<ShadowAnswer['run']>> {
  const { run } = (await (await start()).json()) as ShadowAnswer;
  if (!run) throw new Error('no draft runs');
  return run;
}

async function status(): Promise<ShadowAnswer> {
  return (await (await fetch(`${service.url}/v1/shadow`)).json()) as ShadowAnswer;
}

const heard = (instance: string, posted?: ShadowReport, boot = '0123456789abcdef') =>
  service.service.app.get(ShadowService).heard({ instance, boot }, posted);

describe('POST /v1/ingest-reports', () => {
  const ingest = { instance: 'ingest-0', revision: '0123456789abcdef' };
  const counted = { ...ingest, boot: '0123456789abcdef', ageMs: 1, totals: {} };
  const id = '20261129T120000000Z-00000001';

  it('answers which draft runs, and takes the counts of the draft', async () => {
    const { id: draft, revision } = await started();
    const answer = await service.post('/v1/ingest-reports', { ...counted, shadow: report(draft) });

    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ shadow: { running: { id: draft, revision } } });
    expect((await status()).run).toMatchObject({
      reports: 10,
      instances: [{ instance: 'ingest-0' }],
    });
  });

  it('ignores properties and verdicts of a newer ingest', async () => {
    const verdicts = { accept: { accept: 1, later: 2 }, later: { accept: 3 } };
    const newer = { ...report(id), verdicts, later: true };
    const answer = await service.post('/v1/ingest-reports', { ...counted, shadow: newer });

    expect(answer.status).toBe(200);
    expect((await status()).run?.verdicts).toEqual([
      { live: 'accept', draft: 'accept', reports: 1 },
    ]);
  });

  it('answers nothing about drafts to ingest of version 0.1', async () => {
    await started();
    const answer = await service.post('/v1/ingest-reports', { ...ingest, rules: {} });
    expect(await answer.json()).toEqual({});
  });

  it.each([
    ['no id', { id: undefined }, "shadow must have required property 'id'"],
    ['a malformed id', { id: '<script>' }, 'shadow.id must match pattern'],
    ['more than an hour left', { remainingMs: 3_600_001 }, 'shadow.remainingMs must be <= 3600000'],
    ['a negative count', { reports: -1 }, 'shadow.reports must be >= 0'],
    ['a fraction', { evaluated: 1.5 }, 'shadow.evaluated must be integer'],
    ['a malformed rule', { decided: { 'a b': 1 } }, 'shadow.decided'],
    ['a malformed count', { errors: { a: 'many' } }, 'shadow.errors.a must be integer'],
    ['an unknown end', { ended: 'exploded' }, 'shadow.ended must be equal to'],
    ['no products', { products: {} }, 'shadow.products must be array'],
  ])('refuses %s', async (_, part, detail) => {
    const shadow = { ...report(id), ...part };
    const answer = await service.post('/v1/ingest-reports', { ...counted, shadow });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining(detail) });
    expect((await status()).state).toBe('none');
  });
});

describe('a replica that did not take the draft', () => {
  const id = '20261129T120000000Z-00000001';
  const older = '20261129T110000000Z-00000001';
  const younger = '20261129T130000000Z-00000001';

  it('learns of it from ingest, and refuses another', async () => {
    expect(heard('ingest-0', report(id))).toMatchObject({ running: { id } });

    expect(await status()).toMatchObject({ state: 'running', run: { id, reports: 10 } });
    expect((await status()).run?.rules).toEqual([
      { rule: 'first', decided: 4, errors: 1 },
      { rule: 'NO_MATCH', decided: 5, errors: 0 },
    ]);
    expect((await start()).status).toBe(409);
  });

  it('ends it when its time is over', async () => {
    heard('ingest-0', report(id, { remainingMs: 10 }));
    await waitFor(async () => (await status()).state === 'ended');
    expect(heard('ingest-0', report(id))).toEqual({ ended: 'expired' });
  });

  it('does not confirm it if it started later than the draft', async () => {
    expect(heard('ingest-0', report(id, { ageMs: 3_600_000 }))).toEqual({});
    expect((await status()).state).toBe('running');
    heard('ingest-0', report(id, { ended: 'restarted' }));
    expect(await status()).toMatchObject({
      state: 'ended',
      run: { ended: { reason: 'restarted' } },
    });
  });

  it('confirms it otherwise, whatever one ingest process sees', async () => {
    heard('ingest-0', report(id));
    heard('ingest-0', report(id, { ended: 'restarted' }));
    expect((await status()).state).toBe('running');
  });

  it('knows that another replica has stopped it', async () => {
    heard('ingest-0', report(id));
    heard('ingest-0', report(id, { ended: 'stopped' }));
    expect(await status()).toMatchObject({ state: 'ended', run: { ended: { reason: 'stopped' } } });
    expect(heard('ingest-1', report(id))).toEqual({ ended: 'stopped' });
  });

  it('shows the result of a draft that has ended before', async () => {
    heard('ingest-0', report(id, { ended: 'stopped' }));
    expect(await status()).toMatchObject({ state: 'ended', run: { id, reports: 10 } });
    expect((await start()).status).toBe(201);
  });

  it('prefers the older of two that run, and the younger of two that have ended', async () => {
    heard('ingest-0', report(id));
    expect(heard('ingest-1', report(younger))).toMatchObject({ running: { id } });
    expect(heard('ingest-1', report(older))).toMatchObject({ running: { id: older } });
    expect((await status()).run?.id).toBe(older);
    expect(heard('ingest-0', report(id))).toMatchObject({
      ended: 'superseded',
      running: { id: older },
    });
    heard('ingest-1', report(older, { ended: 'stopped' }));
    heard('ingest-2', report(younger, { ended: 'stopped' }));
    heard('ingest-1', report(older, { ended: 'stopped' }));
    expect((await status()).run?.id).toBe(younger);
  });
});

describe('counts that no ingest would post', () => {
  const id = '20261129T120000000Z-00000001';
  const verdicts = { accept: { accept: 1 } };
  const flood = (name: string) => ({
    products: Array.from({ length: 500 }, (_, index) => ({
      product: `${name} ${index}`,
      channel: 'none',
      verdicts,
    })),
    decided: Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`${name}_${index}`, 1])),
  });

  it('are not kept beyond a limit, which does not affect processes that are known', async () => {
    for (let index = 0; index < 100; index += 1)
      heard(`ingest-${index}`, report(id, flood(`f${index}`)));
    heard('ingest-0', report(id, { ...flood('f0'), reports: 11 }));

    const { run } = await status();
    expect(run?.instances).toHaveLength(24);
    expect(run?.reports).toBe(241);
    expect(run?.products).toHaveLength(500);
    expect(run?.rules).toHaveLength(501);
  });
});

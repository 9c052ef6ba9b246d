import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  ThrottleConfigs,
  type ThrottleConfigUnderTest,
} from '../../../test/throttle-config-under-test.js';

const services = new ThrottleConfigs();
const old = '0123456789abcdef';
let service: ThrottleConfigUnderTest;
let live: string;

beforeEach(async () => {
  service = await services.start();
  live = (await service.status()).live.revision;
});

afterEach(async () => {
  await services.close();
});

async function poll(headers: Record<string, string>): Promise<number> {
  return (await fetch(`${service.url}/v1/ruleset`, { headers })).status;
}

async function instances(): Promise<Record<string, string | undefined>> {
  const { instances } = await service.status();
  return Object.fromEntries(instances.map(({ instance, revision }) => [instance, revision]));
}

describe('a poll of an ingest instance', () => {
  it('records the revision that the instance runs', async () => {
    await poll({ 'x-antenna-instance': 'ingest-1', 'x-antenna-revision': old });
    await poll({ 'x-antenna-instance': 'ingest-0', 'x-antenna-revision': live });
    await poll({ 'x-antenna-instance': 'ingest-2' });

    expect(await instances()).toEqual({ 'ingest-0': live, 'ingest-1': old });
    const metric = 'antenna.throttle_config.instances';
    expect(await service.telemetry.value(metric, { ruleset: 'live' })).toBe(1);
    expect(await service.telemetry.value(metric, { ruleset: 'other' })).toBe(2);
  });

  it.each([
    { 'x-antenna-instance': '<script>' },
    { 'x-antenna-instance': 'x'.repeat(254) },
    { 'x-antenna-instance': '' },
    {},
  ])('is answered but not recorded with the headers %j', async (headers) => {
    expect(await poll(headers)).toBe(200);
    expect(await instances()).toEqual({});
  });

  it('is recorded without a revision if its revision is malformed', async () => {
    await poll({ 'x-antenna-instance': 'ingest-0', 'x-antenna-revision': 'latest' });

    expect(await instances()).toEqual({ 'ingest-0': undefined });
  });
});

describe('POST /v1/ingest-reports', () => {
  it('adds up the decisions of live rules and NO_MATCH and ignores other rules', async () => {
    const report = { instance: 'ingest-0', revision: live, acceptedAt: '2026-01-02T03:04:05.678Z' };
    const answers = [
      await service.post('/v1/ingest-reports', {
        ...report,
        rules: { is_nightly: { accept: 3 }, is_shutdownkill: { continue: 1, reject: 9 } },
      }),
      await service.post('/v1/ingest-reports', {
        ...report,
        instance: 'ingest-1',
        rules: { is_nightly: { accept: 4 }, NO_MATCH: { reject: 1 }, gone: { accept: 5 } },
      }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const { verdicts, verdictMinutes, instances } = await service.status();
    expect(verdicts).toEqual([
      { rule: 'is_nightly', counts: { accept: 7 } },
      { rule: 'is_shutdownkill', counts: { continue: 1, reject: 9 } },
      { rule: 'NO_MATCH', counts: { reject: 1 } },
    ]);
    expect(verdictMinutes).toBe(10);
    expect(instances).toMatchObject([
      { instance: 'ingest-0', revision: live, acceptedAt: report.acceptedAt },
      { instance: 'ingest-1' },
    ]);
  });

  it('keeps the start time of a revision until the instance polls with another one', async () => {
    const acceptedAt = '2026-01-02T03:04:05.678Z';
    const said = { instance: 'ingest-0', revision: old, acceptedAt, rules: {} };
    await service.post('/v1/ingest-reports', said);
    await poll({ 'x-antenna-instance': 'ingest-0', 'x-antenna-revision': old });
    expect((await service.status()).instances).toMatchObject([{ acceptedAt }]);

    await poll({ 'x-antenna-instance': 'ingest-0', 'x-antenna-revision': live });
    expect((await service.status()).instances[0]).not.toHaveProperty('acceptedAt');
  });

  it('counts each decision once if reports of totals are lost, repeated or late', async () => {
    const send = async (ageMs: number, accept: number, boot = 'b'.repeat(16)): Promise<void> => {
      const totals = { is_nightly: { accept } };
      const report = { instance: 'ingest-0', revision: live, boot, ageMs, totals };
      expect((await service.post('/v1/ingest-reports', report)).status).toBe(200);
    };
    await send(1, 3);
    await send(3, 10);
    await send(3, 10);
    await send(2, 7);
    await send(1, 5, 'c'.repeat(16));

    const { windows, verdicts } = await service.status();
    const counted = [{ rule: 'is_nightly', counts: { accept: 15 } }];
    expect(verdicts).toEqual(counted);
    expect(windows).toMatchObject(
      [10, 60, 1440].map((minutes) => ({ minutes, instances: 1, verdicts: counted })),
    );
  });

  it('ignores fields and outcomes of a newer ingest', async () => {
    const rules = { is_nightly: { accept: 1, explode: 2 } };
    const report = { instance: 'ingest-0', revision: live, rules, future: { nested: [1] } };
    expect((await service.post('/v1/ingest-reports', report)).status).toBe(200);

    expect((await service.status()).verdicts).toEqual([
      { rule: 'is_nightly', counts: { accept: 1 } },
    ]);
  });

  const boot = '0123456789abcdef';
  it.each([
    ['no instance', { instance: undefined }, 'instance'],
    ['a malformed instance', { instance: 'a b' }, 'instance must be a name'],
    ['a malformed revision', { revision: 'HEAD' }, 'revision must be 16 hexadecimal digits'],
    ['a malformed time', { acceptedAt: 'yesterday' }, 'acceptedAt'],
    ['no rules', { rules: undefined }, 'rules must hold'],
    ['a malformed rule name', { rules: { 'a b': { accept: 1 } } }, 'rules must hold'],
    ['a negative count', { rules: { a: { accept: -1 } } }, 'rules must hold'],
    ['a fraction', { rules: { a: { accept: 1.5 } } }, 'rules must hold'],
    ['a malformed boot', { boot: 'x', ageMs: 1, totals: {} }, 'boot must be 16 hexadecimal digits'],
    ['no age', { boot, totals: {} }, 'ageMs must be a whole number'],
    ['a negative age', { boot, ageMs: -1, totals: {} }, 'ageMs must not be negative'],
    ['totals without a boot', { ageMs: 1, totals: {} }, 'boot must be 16 hexadecimal digits'],
    ['totals that are no counts', { boot, ageMs: 1, totals: { a: 1 } }, 'totals must hold'],
    [
      'too many rules',
      { rules: Object.fromEntries(Array.from({ length: 502 }, (_, n) => [`r${n}`, {}])) },
      'at most 501 rule names',
    ],
  ])('refuses a report with %s', async (_, part, detail) => {
    const report = { instance: 'ingest-0', revision: old, rules: {}, ...part };
    const answer = await service.post('/v1/ingest-reports', report);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining(detail) });
    expect(await instances()).toEqual({});
  });
});

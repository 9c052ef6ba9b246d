import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { mozillaRuleset } from '#antenna/bundled-rules';
import { acceptAllRuleset, waitFor } from '#antenna/testing';
import { parseRuleset, type ShadowReport } from '#antenna/throttle';

import { aShadowReport as report } from '../../../test/a-shadow-report.js';
import {
  ThrottleConfigs,
  type ThrottleConfigUnderTest,
} from '../../../test/throttle-config-under-test.js';
import { ShadowService } from './shadow.service.js';
import type { ShadowAnswer } from './shadow.dto.js';

const yaml = { 'content-type': 'application/yaml' };
const services = new ThrottleConfigs();
let service: ThrottleConfigUnderTest;

beforeEach(async () => {
  service = await services.start();
});
afterEach(async () => await services.close());

async function start(
  draft = acceptAllRuleset,
  query = '',
  headers: Record<string, string> = yaml,
): Promise<Response> {
  return await fetch(`${service.url}/v1/shadow${query}`, { method: 'POST', body: draft, headers });
}

async function started(query = ''): Promise<NonNullable<ShadowAnswer['run']>> {
  const { run } = (await (await start(acceptAllRuleset, query)).json()) as ShadowAnswer;
  if (!run) throw new Error('no draft runs');
  return run;
}

async function status(): Promise<ShadowAnswer> {
  return (await (await fetch(`${service.url}/v1/shadow`)).json()) as ShadowAnswer;
}

async function stop(headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(`${service.url}/v1/shadow`, { method: 'DELETE', headers });
}

const heard = (instance: string, posted?: ShadowReport, boot = '0123456789abcdef') =>
  service.service.app.get(ShadowService).heard({ instance, boot }, posted);

describe('shadow rules', () => {
  it('are none at first', async () => {
    expect(await status()).toEqual({ state: 'none' });
    expect(heard('ingest-0')).toEqual({});
    expect(await service.telemetry.value('antenna.throttle_config.shadow_running')).toBe(0);
  });

  it('start from YAML, and run for ten minutes', async () => {
    const answer = await start();

    expect(answer.status).toBe(201);
    const { state, run } = (await answer.json()) as ShadowAnswer;
    expect(state).toBe('running');
    expect(run).toMatchObject({
      revision: parseRuleset(acceptAllRuleset).ruleset?.revision,
      instances: [],
      reports: 0,
      evaluated: 0,
      changed: 0,
      cost: { live: { meanUs: 0, maxUs: 0 }, draft: { meanUs: 0, maxUs: 0 } },
    });
    const { startedAt = '', endsAt = '' } = run ?? {};
    expect(Math.round((Date.parse(endsAt) - Date.parse(startedAt)) / 1000)).toBe(600);
    expect(await service.telemetry.value('antenna.throttle_config.shadow_running')).toBe(1);
    expect(service.logger.messages).toContain('shadow rules started');
  });

  it('start from JSON', async () => {
    const answer = await service.post('/v1/shadow', { ruleset: mozillaRuleset, for: '1h' });

    expect(answer.status).toBe(201);
    expect((await status()).run?.rules.at(-1)).toEqual({ rule: 'NO_MATCH', decided: 0, errors: 0 });
  });

  it('are handed to ingest', async () => {
    const { id, revision } = await started();

    expect(heard('ingest-0')).toMatchObject({ running: { id, revision } });
    const draft = await fetch(`${service.url}/v1/shadow/${id}`);
    expect(await draft.text()).toBe(parseRuleset(acceptAllRuleset).ruleset?.canonicalJson);
    expect((await fetch(`${service.url}/v1/shadow/other`)).status).toBe(404);
  });

  it('are refused while others run, with the way to stop those', async () => {
    const { id } = await started();
    const answer = await start(mozillaRuleset);

    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({
      detail: expect.stringMatching(new RegExp(`${id} runs until .*--stop, or DELETE /v1/shadow`)),
    });
    expect((await status()).run?.id).toBe(id);
  });

  it('stop on request', async () => {
    const { id } = await started();
    heard('ingest-0', report(id));

    expect(await (await stop()).json()).toMatchObject({
      state: 'ended',
      run: { id, ended: { reason: 'stopped' }, reports: 10 },
    });
    expect(heard('ingest-0', report(id))).toEqual({ ended: 'stopped' });
    expect((await stop()).status).toBe(404);
    expect((await start()).status).toBe(201);
  });

  it('end when their time is over, and keep their counts', async () => {
    const { id } = await started('?for=1s');
    heard('ingest-0', report(id));
    await waitFor(async () => (await status()).state === 'ended');

    expect(await status()).toMatchObject({ run: { reports: 10, ended: { reason: 'expired' } } });
    heard('ingest-0', report(id, { reports: 11, ended: 'expired' }));
    expect((await status()).run?.reports).toBe(11);
    expect(service.logger.messages).toContain('shadow rules ended');
  });

  it.each([
    ['no time', '?for=0s', 400],
    ['more than an hour', '?for=61m', 400],
    ['no unit', '?for=10', 400],
    ['an hour', '?for=60m', 201],
  ])('for %s (%s) are answered with %d', async (_, query, expected) => {
    expect((await start(acceptAllRuleset, query)).status).toBe(expected);
  });

  it.each([
    ['a page of another site', { ...yaml, 'sec-fetch-site': 'cross-site' }, 403],
    ['a page of a sibling domain', { ...yaml, 'sec-fetch-site': 'same-site' }, 403],
    ['another origin', { ...yaml, origin: 'https://evil.example' }, 403],
    ['an opaque origin', { ...yaml, origin: 'null' }, 403],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['plain text', { 'content-type': 'text/plain' }, 415],
  ])('are refused from %s', async (_, headers, expected) => {
    expect((await start(acceptAllRuleset, '', headers)).status).toBe(expected);
    expect((await status()).state).toBe('none');
  });

  it('start from the page of the service itself', async () => {
    const headers = { ...yaml, 'sec-fetch-site': 'same-origin', origin: service.url };
    expect((await start(acceptAllRuleset, '', headers)).status).toBe(201);
  });

  it('cannot be stopped by a page of another site', async () => {
    const { id } = await started();

    expect((await stop({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(await status()).toMatchObject({ state: 'running', run: { id } });
  });

  it('must be valid', async () => {
    const answer = await start('kind: ThrottleRuleset');

    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      title: 'The draft is not valid',
      errors: expect.arrayContaining([expect.objectContaining({ line: 1 })]),
    });
  });

  it('must not be huge', async () => {
    const padded = `${acceptAllRuleset}\n# ${'x'.repeat(300_000)}`;
    const answer = await start(padded);

    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('the limit is') });
    expect((await start('x'.repeat(2_000_000))).status).toBe(413);
  });
});

describe('the counts of shadow rules', () => {
  it('are added up over processes, of which the last post counts', async () => {
    const { id } = await started();
    heard('ingest-0', report(id, { reports: 1, evaluated: 1 }));
    heard('ingest-0', report(id));
    heard('ingest-0', report(id, { reports: 5 }));
    heard('ingest-0', report(id), 'fedcba9876543210');
    heard('ingest-1', report(id));

    const { run } = await status();
    expect(run).toMatchObject({
      reports: 30,
      evaluated: 27,
      changed: 9,
      verdicts: [
        { live: 'accept', draft: 'accept', reports: 12 },
        { live: 'accept', draft: 'reject', reports: 9 },
        { live: 'reject', draft: 'reject', reports: 6 },
      ],
      products: [{ product: 'Firefox', channel: 'release', evaluated: 27, changed: 9 }],
      cost: { live: { meanUs: 10, maxUs: 20 }, draft: { meanUs: 20, maxUs: 50 } },
    });
    expect(run?.instances.map(({ instance }) => instance)).toEqual([
      'ingest-0',
      'ingest-0',
      'ingest-1',
    ]);
    expect(run?.rules.at(-1)).toEqual({ rule: 'NO_MATCH', decided: 15, errors: 0 });
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';

import { waitFor } from '#antenna/testing';
import { mozillaRuleset } from '#antenna/bundled-rules';
import { parseRuleset } from '#antenna/throttle';

import { oneRule } from '../../../test/rulesets.js';
import {
  ThrottleConfigs,
  type ThrottleConfigUnderTest,
} from '../../../test/throttle-config-under-test.js';

const services = new ThrottleConfigs();

afterEach(async () => {
  await services.close();
});

async function etagOf({ url }: ThrottleConfigUnderTest): Promise<string> {
  return (await fetch(`${url}/v1/ruleset`)).headers.get('etag') ?? '';
}

async function waiting({ telemetry }: ThrottleConfigUnderTest): Promise<number> {
  return await telemetry.value('antenna.throttle_config.waiting_polls');
}

describe('GET /v1/ruleset', () => {
  it('returns the bundled Mozilla ruleset as canonical JSON', async () => {
    const { url } = await services.start();
    const answer = await fetch(`${url}/v1/ruleset`);

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('x-antenna-ruleset-origin')).toBe('source');
    const { ruleset } = parseRuleset(mozillaRuleset);
    expect(await answer.text()).toBe(ruleset?.canonicalJson);
  });

  it('returns the rules of RULES_FILE', async () => {
    const { ruleNames, logger } = await services.start({
      RULES_FILE: await services.rulesFile(oneRule('everything')),
    });

    expect(await ruleNames()).toEqual(['everything']);
    expect(logger.messages).toContain('ruleset accepted');
  });

  it('answers 304 without a body to a client that has this revision', async () => {
    const service = await services.start();
    const etag = await etagOf(service);

    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await fetch(`${service.url}/v1/ruleset`, {
        headers: { 'if-none-match': known },
      });
      expect([known, answer.status, await answer.text()]).toEqual([known, 304, '']);
      expect(answer.headers.get('etag')).toBe(etag);
    }
  });

  it('answers immediately with the ruleset to a client that has another revision', async () => {
    const service = await services.start();
    const answer = await fetch(`${service.url}/v1/ruleset?wait=60s`, {
      headers: { 'if-none-match': '"0123456789abcdef"' },
    });

    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe(await etagOf(service));
  });

  it('reports only the live revision as a metric after a change', async () => {
    const file = await services.rulesFile(oneRule('before'));
    const service = await services.start({ RULES_FILE: file });
    await services.rulesFile(oneRule('after'));
    await service.untilLive('after');

    const readings = await service.telemetry.readings();
    const infos = readings.filter(({ name }) => name === 'antenna.ruleset.info');
    expect(infos.map(({ attributes }) => `"${String(attributes['revision'])}"`)).toEqual([
      await etagOf(service),
    ]);
  });
});

describe('the long poll', () => {
  it('answers with the new ruleset as soon as it is live', async () => {
    const service = await services.start({
      RULES_FILE: await services.rulesFile(oneRule('before')),
    });
    const known = await etagOf(service);
    const polls = [1, 2, 3].map(
      async () =>
        await fetch(`${service.url}/v1/ruleset?wait=60s`, { headers: { 'if-none-match': known } }),
    );
    await waitFor(async () => (await waiting(service)) === 3);
    await services.rulesFile(oneRule('after'));

    for (const answer of await Promise.all(polls)) {
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ rules: [{ name: 'after' }] });
      expect(answer.headers.get('etag')).not.toBe(known);
    }
    expect(await waiting(service)).toBe(0);
  });

  it('answers 304 if nothing changes during the wait', async () => {
    const service = await services.start();
    const known = await etagOf(service);
    const answer = await fetch(`${service.url}/v1/ruleset?wait=0.05s`, {
      headers: { 'if-none-match': known },
    });

    expect(answer.status).toBe(304);
    expect(await waiting(service)).toBe(0);
  });

  it('stops waiting when the client disconnects', async () => {
    const service = await services.start();
    const headers = { 'if-none-match': await etagOf(service) };
    const hangUp = new AbortController();
    const poll = fetch(`${service.url}/v1/ruleset?wait=60s`, { headers, signal: hangUp.signal });
    await waitFor(async () => (await waiting(service)) === 1);
    hangUp.abort();

    await expect(poll).rejects.toMatchObject({ name: 'AbortError' });
    await waitFor(async () => (await waiting(service)) === 0);
  });

  it('is answered at once during a shutdown', async () => {
    const service = await services.start();
    const headers = { 'if-none-match': await etagOf(service) };
    const poll = fetch(`${service.url}/v1/ruleset?wait=60s`, { headers });
    await waitFor(async () => (await waiting(service)) === 1);
    await service.service.close();

    expect((await poll).status).toBe(304);
  });

  it.each(['61s', '-1', 'soon', '1e3', '30m'])('refuses wait=%s', async (wait) => {
    const { url } = await services.start();
    const answer = await fetch(`${url}/v1/ruleset?wait=${wait}`);

    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(await answer.json()).toEqual({
      title: 'Bad Request',
      status: 400,
      detail: 'wait must be from 0s to 60s, for example wait=30s',
    });
  });
});

import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { waitFor } from '#antenna/testing';

import { brokenRuleset, oneRule } from '../../../test/rulesets.js';
import {
  ThrottleConfigs,
  type ThrottleConfigUnderTest,
} from '../../../test/throttle-config-under-test.js';
import { RulesetAuthors } from '../../history/ruleset-authors.js';
import type { HistoryAnswer, HistoryRulesetAnswer } from './history.dto.js';

const services = new ThrottleConfigs();
let env: Record<string, string>;

beforeEach(async () => {
  const cache = join(await services.directory(), 'data', 'cache.json');
  env = { RULES_FILE: await services.rulesFile(oneRule('first')), RULES_CACHE_FILE: cache };
});

afterEach(async () => {
  await services.close();
});

async function get(service: ThrottleConfigUnderTest, path: string): Promise<unknown> {
  return await (await fetch(`${service.url}/v1/history${path}`)).json();
}

async function entries(service: ThrottleConfigUnderTest) {
  return ((await get(service, '')) as HistoryAnswer).entries;
}

async function edit(service: ThrottleConfigUnderTest, document: string, rule: string) {
  await services.rulesFile(document);
  await service.untilLive(rule);
}

/** Lines in an order that depends on the seed. */
function lines(seed: number): string {
  return Array.from({ length: 20_000 }, (_, line) => `${(line * seed) % 40_009}`).join('\n');
}

describe('the history of a rules file', () => {
  it('has the documents of all accepted edits as their authors wrote them, also after a restart', async () => {
    const service = await services.start(env);
    const second = `# Ticket 4711\n${oneRule('second')}`;
    await edit(service, second, 'second');
    await services.rulesFile(brokenRuleset);
    await waitFor(async () => (await service.status()).refused);
    await edit(service, oneRule('third'), 'third');
    await waitFor(async () => (await entries(service)).length === 3);
    await service.service.close();
    const next = await services.start(env);

    const known = await entries(next);
    expect(known.map(({ live }) => live)).toEqual([true, false, false]);
    expect(known[0]).toEqual({
      revision: (await next.status()).live.revision,
      acceptedAt: expect.any(String),
      source: env['RULES_FILE'],
      live: true,
    });
    const revision = known[1]?.revision ?? '';
    const answer = (await get(next, `/${revision}`)) as HistoryRulesetAnswer;
    expect(answer).toMatchObject({ revision, live: false, ruleset: second });
    expect(answer.goBack.commands.join()).toContain(`/v1/history/${revision}/ruleset`);
    const document = await fetch(`${next.url}/v1/history/${revision}/ruleset`);
    expect(document.headers.get('content-type')).toBe('application/yaml; charset=utf-8');
    expect(await document.text()).toBe(second);
  });

  it('marks only the newest entry of the live rules, which can be there more than once', async () => {
    const service = await services.start(env);
    await edit(service, oneRule('second'), 'second');
    await edit(service, oneRule('first'), 'first');

    await waitFor(async () => (await entries(service)).length === 3);
    const known = await entries(service);
    expect(known[0]?.revision).toBe(known[2]?.revision);
    expect(known.map(({ live }) => live)).toEqual([true, false, false]);
  });

  it('names the user whose document the admission webhook has allowed', async () => {
    const service = await services.start(env);
    service.service.app.get(RulesetAuthors).allowed(oneRule('second'), 'jane\n@example.com');
    await edit(service, oneRule('second'), 'second');

    const known = await entries(service);
    expect(known.map(({ user }) => user)).toEqual(['jane@example.com', undefined]);
  });

  it('compares two revisions, and a revision with a draft', async () => {
    const service = await services.start(env);
    await edit(service, oneRule('second'), 'second');
    const [second, first] = (await entries(service)).map(({ revision }) => revision);
    const change = [
      `--- ${first}`,
      `+++ ${second}`,
      '@@ -1,6 +1,6 @@',
      ' apiVersion: antenna/v1',
      ' kind: ThrottleRuleset',
      ' rules:',
      '-  - name: first',
      '+  - name: second',
      '     match: "true"',
      '     result: accept',
      '',
    ].join('\n');
    expect(await get(service, `/diff?from=${first}&to=${second}`)).toEqual({
      from: first,
      to: second,
      diff: change,
    });

    const draft = await service.post('/v1/history/diff', {
      from: first,
      ruleset: oneRule('second'),
    });
    expect(await draft.json()).toEqual({
      from: first,
      to: 'draft',
      diff: change.replace(`+++ ${second}`, '+++ draft'),
    });
    const same = await service.post('/v1/history/diff', { ruleset: oneRule('second') });
    expect(await same.json()).toEqual({ from: second, to: 'draft', diff: '' });
  });

  it('does not compare documents that differ too much', async () => {
    const service = await services.start(env);
    await edit(service, `${oneRule('second')}# ${lines(7).replaceAll('\n', '\n# ')}\n`, 'second');
    const answer = await service.post('/v1/history/diff', { ruleset: lines(11) });

    expect(answer.status).toBe(422);
  });

  it.each(['/0123456789abcdef', '/x', '/x/ruleset', '/diff?from=x&to=y', '/diff'])(
    'answers 404 to %s, which it does not have',
    async (path) => {
      const service = await services.start(env);
      expect(await get(service, path)).toMatchObject({ status: 404, detail: expect.any(String) });
    },
  );

  it('is set aside if it cannot be read, and the rules stay live', async () => {
    const before = await services.start(env);
    await waitFor(async () => (await entries(before)).length === 1);
    await before.service.close();
    const folder = join(await services.directory(), 'data');
    await writeFile(join(folder, 'ruleset-history.json.gz'), 'not gzip');
    const service = await services.start(env);
    await edit(service, oneRule('second'), 'second');

    expect((await entries(service)).length).toBeGreaterThan(0);
    expect(await readdir(folder)).toEqual(
      expect.arrayContaining(['ruleset-history.json.gz', 'ruleset-history.json.gz.unreadable']),
    );
    const warnings = service.logger.lines.filter(({ level }) => level === 'warn');
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the history of the rules cannot be read, and is now .*unreadable: /),
    ]);
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';

import { waitFor } from '#antenna/testing';
import { mozillaRuleset } from '#antenna/bundled-rules';

import { brokenRuleset, oneRule, unreachableRule } from '../../test/rulesets.js';
import { cachedRuleset, ThrottleConfigs } from '../../test/throttle-config-under-test.js';

const services = new ThrottleConfigs();

afterEach(async () => {
  await services.close();
});

async function cacheFile(): Promise<string> {
  return join(await services.directory(), 'cache.json');
}

describe('an edit that is refused', () => {
  it('leaves the old rules live and reports every error in the log and the status', async () => {
    const file = await services.rulesFile(oneRule('first'));
    const { untilLive, status, logger, ruleNames, telemetry } = await services.start({
      RULES_FILE: file,
    });
    await services.rulesFile(brokenRuleset);
    await waitFor(async () => (await status()).refused);
    const { refused, live } = await status();

    expect(refused?.errors).toMatchObject([
      { rule: 'first', line: 5, column: 32 },
      { rule: 'second', line: 9, column: 13, hint: expect.any(String) },
    ]);
    expect(logger.messages).toEqual(
      expect.arrayContaining([
        `ruleset refused: it has 2 errors; revision ${live.revision} stays live`,
        expect.stringMatching(`^${file}:5:32: rule first: `),
        expect.stringMatching(`^${file}:9:13: rule second: `),
      ]),
    );
    expect(await ruleNames()).toEqual(['first']);
    expect(await telemetry.value('antenna.throttle_config.refused')).toBe(1);
    expect(await telemetry.value('antenna.throttle_config.edits', { result: 'refused' })).toBe(1);

    await services.rulesFile(oneRule('fixed'));
    await untilLive('fixed');
    expect((await status()).refused).toBeUndefined();
    expect(await telemetry.value('antenna.throttle_config.refused')).toBe(0);
  });

  it('is logged only once, although the file is checked repeatedly', async () => {
    const file = await services.rulesFile(brokenRuleset);
    const { logger, status } = await services.start({ RULES_FILE: file });
    const { reachedAt: first } = (await status()).source;
    await waitFor(async () => (await status()).source.reachedAt !== first);

    const refusals = logger.messages.filter((line) => line.startsWith('ruleset refused'));
    expect(refusals).toHaveLength(1);
  });
});

describe('an edit that is accepted', () => {
  it('keeps revision and age if it changes only comments, and ends a refusal', async () => {
    const { status, url, logger } = await services.start({
      RULES_FILE: await services.rulesFile(oneRule('first')),
    });
    const { live } = await status();
    await services.rulesFile(brokenRuleset);
    await waitFor(async () => (await status()).refused);
    await services.rulesFile(`# Fixed.\n${oneRule('first')}`);
    await waitFor(async () => (await status()).refused === undefined);

    expect((await status()).live).toEqual(live);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    const lines = logger.messages.filter((line) => /^ruleset (accepted|refused)/.test(line));
    expect(lines.map((line) => line.split(' ')[1]?.replace(':', ''))).toEqual([
      'accepted',
      'refused',
      'accepted',
    ]);
  });

  it('reports its warnings in the log and the status', async () => {
    const { logger, status } = await services.start({
      RULES_FILE: await services.rulesFile(unreachableRule),
    });

    const warnings = logger.lines.filter(({ level }) => level === 'warn');
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('rule never:'),
    ]);
    expect((await status()).live.warnings).toMatchObject([{ rule: 'never', line: 7 }]);
  });
});

describe('a start without valid rules', () => {
  it.each([
    ['missing', async () => '/nowhere/ruleset.yaml'],
    ['broken', async () => await services.rulesFile(brokenRuleset)],
  ])('falls back to the bundled rules if the file is %s, and logs an error', async (_, file) => {
    const { logger, status, telemetry, url } = await services.start({ RULES_FILE: await file() });
    const { live } = await status();

    expect(live).toMatchObject({ origin: 'bundled', rules: 16 });
    const errors = logger.lines.filter(({ level }) => level === 'error');
    expect(errors.map(({ message }) => message)).toContain(
      'started without a valid ruleset: the bundled Mozilla ruleset is live',
    );
    expect(await telemetry.value('antenna.throttle_config.fallback')).toBe(1);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${url}/health/startup`)).status).toBe(200);
  });

  it('does not serve the bundled rules, so that ingest keeps the rules that it has', async () => {
    const file = await services.rulesFile(brokenRuleset);
    const { url } = await services.start({ RULES_FILE: file });
    const answer = await fetch(`${url}/v1/ruleset`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ title: 'No ruleset has been accepted yet' });

    const poll = fetch(`${url}/v1/ruleset?wait=30s`, { headers: { 'if-none-match': '"kept"' } });
    await services.rulesFile(mozillaRuleset);
    expect((await poll).status).toBe(200);
    expect((await poll).headers.get('x-antenna-ruleset-origin')).toBe('source');
  });

  it('serves the last valid rules from the cache with their original time', async () => {
    const env = {
      RULES_FILE: await services.rulesFile(oneRule('good')),
      RULES_CACHE_FILE: await cacheFile(),
    };
    const before = await services.start(env);
    const { acceptedAt } = (await before.status()).live;
    await cachedRuleset(env.RULES_CACHE_FILE);
    await before.service.close();
    await services.rulesFile(brokenRuleset);
    const after = await services.start(env);

    expect(await after.ruleNames()).toEqual(['good']);
    const { live, refused } = await after.status();
    expect(live).toMatchObject({ origin: 'cache', acceptedAt });
    expect(refused?.errors).toHaveLength(2);
    await services.rulesFile(oneRule('better'));
    await after.untilLive('better');
    expect((await after.status()).live.origin).toBe('source');
    expect(await after.telemetry.value('antenna.throttle_config.fallback')).toBe(0);
  });

  it('keeps the age of rules that equal the cached ones', async () => {
    const env = {
      RULES_FILE: await services.rulesFile(oneRule('good')),
      RULES_CACHE_FILE: await cacheFile(),
    };
    const first = await services.start(env);
    const { live } = await first.status();
    await cachedRuleset(env.RULES_CACHE_FILE);
    const second = await services.start(env);

    expect((await second.status()).live).toEqual(live);
  });

  it.each(['not JSON', '{}', '{"acceptedAt":"2026-01-01T00:00:00Z","ruleset":{"rules":[]}}'])(
    'ignores a cache that contains %s',
    async (content) => {
      const file = await cacheFile();
      await writeFile(file, content);
      const { status, logger } = await services.start({
        RULES_FILE: '/nowhere/ruleset.yaml',
        RULES_CACHE_FILE: file,
      });

      expect((await status()).live.origin).toBe('bundled');
      expect(logger.messages.join('\n')).toContain('the cached ruleset cannot be used');
    },
  );
});

describe('the health of throttle-config', () => {
  it.each([
    '/__version__',
    '/__heartbeat__',
    '/__lbheartbeat__',
    '/health/startup',
    '/health/live',
    '/health/ready',
  ])('%s answers 200', async (path) => {
    const { url } = await services.start();

    expect((await fetch(url + path)).status).toBe(200);
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { loadConfig, type RunningService } from '#antenna/service';
import { metricsForTests } from '#antenna/telemetry';
import { recordingLogger, type TemporaryDirectory, temporaryDirectory } from '#antenna/testing';
import { canonicalRuleset, mozillaRuleset, parseRuleset } from '#antenna/throttle';

import { startThrottleConfig } from './start-throttle-config.js';
import { ThrottleConfigConfig } from './throttle-config.config.js';

const running: RunningService[] = [];
let directory: TemporaryDirectory;

beforeEach(async () => {
  directory = await temporaryDirectory();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map(async (service) => await service.close()));
  await directory.remove();
});

async function start(env: Record<string, string> = {}) {
  const config = loadConfig(ThrottleConfigConfig, { HOST: '127.0.0.1', PORT: '0', ...env });
  const logger = recordingLogger();
  const telemetry = metricsForTests();
  const service = await startThrottleConfig({ config, logger, metrics: telemetry.metrics });
  running.push(service);
  return { url: service.url, logger, telemetry };
}

async function rulesFile(text: string): Promise<string> {
  const file = join(directory.path, 'ruleset.yaml');
  await writeFile(file, text);
  return file;
}

describe('GET /v1/ruleset', () => {
  it('hands out the bundled Mozilla ruleset as canonical JSON', async () => {
    const { url } = await start();
    const answer = await fetch(`${url}/v1/ruleset`);

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const { ruleset } = parseRuleset(mozillaRuleset);
    expect(ruleset).toBeDefined();
    expect(await answer.text()).toBe(ruleset && canonicalRuleset(ruleset));
  });

  it('hands out the rules of RULES_FILE', async () => {
    const { url, logger } = await start({ RULES_FILE: await rulesFile(acceptAll) });
    const answer = await fetch(`${url}/v1/ruleset`);

    expect(await answer.json()).toMatchObject({
      rules: [{ name: 'everything', match: 'true', result: 'accept' }],
    });
    expect(logger.messages).toContain('ruleset loaded');
  });

  it('answers 304 without a body to a client that has this revision', async () => {
    const { url } = await start();
    const etag = (await fetch(`${url}/v1/ruleset`)).headers.get('etag') ?? '';

    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await fetch(`${url}/v1/ruleset`, { headers: { 'if-none-match': known } });
      expect([known, answer.status, await answer.text()]).toEqual([known, 304, '']);
      expect(answer.headers.get('etag')).toBe(etag);
    }
  });

  it('answers in full to a client that has another revision', async () => {
    const { url } = await start({ RULES_FILE: await rulesFile(acceptAll) });
    const other = (await fetch(`${(await start()).url}/v1/ruleset`)).headers.get('etag') ?? '';
    const answer = await fetch(`${url}/v1/ruleset`, { headers: { 'if-none-match': other } });

    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).not.toBe(other);
  });

  it('reports the revision as a metric', async () => {
    const { url, telemetry } = await start();
    const etag = (await fetch(`${url}/v1/ruleset`)).headers.get('etag') ?? '';

    const revision = etag.replaceAll('"', '');
    expect(await telemetry.value('antenna.ruleset.info', { revision })).toBe(1);
  });
});

describe('the health of throttle-config', () => {
  it.each([
    '/__version__',
    '/__heartbeat__',
    '/__lbheartbeat__',
    '/health/startup',
    '/health/live',
    '/health/ready',
  ])('%s is 200', async (path) => {
    const { url } = await start();

    expect((await fetch(url + path)).status).toBe(200);
  });
});

describe('a start with rules that cannot be used', () => {
  it('fails on a missing file, naming it and the setting', async () => {
    await expect(start({ RULES_FILE: '/nowhere/ruleset.yaml' })).rejects.toMatchObject({
      name: 'StartupError',
      message: expect.stringMatching(/no such file.*\/nowhere\/ruleset\.yaml.*set RULES_FILE/),
    });
  });

  it('fails on a broken file with file, line and column of every error', async () => {
    const file = await rulesFile(broken);

    await expect(start({ RULES_FILE: file })).rejects.toMatchObject({
      name: 'StartupError',
      message: expect.stringMatching(
        new RegExp(`\\n  ${file}:5:32: rule first: .*\\n  ${file}:9:13: rule second: `),
      ),
    });
  });

  it('starts in spite of a warning, and logs it', async () => {
    const { logger } = await start({ RULES_FILE: await rulesFile(unreachable) });

    const warnings = logger.lines.filter(({ level }) => level === 'warn');
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('rule never:'),
    ]);
  });
});

const head = 'apiVersion: antenna/v1\nkind: ThrottleRuleset\nrules:\n';

const acceptAll = `${head}  - name: everything
    match: "true"
    result: accept
`;

const broken = `${head}  - name: first
    match: get("ProductName" ==
    result: accept
  - name: second
    match: "true"
    result: perhaps
`;

const unreachable = `${acceptAll}  - name: never
    match: "true"
    result: reject
`;

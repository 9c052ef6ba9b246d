import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { brokenRuleset, rulesetHead } from '../../test/rulesets.js';
import {
  ThrottleConfigs,
  type ThrottleConfigUnderTest,
} from '../../test/throttle-config-under-test.js';

const services = new ThrottleConfigs();
let service: ThrottleConfigUnderTest;

const hostile = `${rulesetHead}  - name: shown
    description: '<script>alert("x")</script> & more'
    match: get("A") == '<b>'
    sample: { percent: 12.5, by: get("ID"), within: accept, beyond: reject }
`;

beforeAll(async () => {
  service = await services.start({ RULES_FILE: await services.rulesFile(hostile) });
});

afterAll(async () => {
  await services.close();
});

async function poll(instance: string): Promise<void> {
  const headers = { 'x-antenna-instance': instance };
  await (await fetch(`${service.url}/v1/ruleset`, { headers })).arrayBuffer();
}

/** The sentence about whose reports are counted. */
async function counted(): Promise<string | undefined> {
  const page = await (await fetch(`${service.url}/page/live`)).text();
  return /As reported[^.]*\./.exec(page)?.[0].replaceAll(/\s+/g, ' ');
}

function countsBy(instances: string): string {
  return `As reported to this replica by ${instances}; with several replicas, each one shows only its own instances and their counts.`;
}

async function send(path: string, fields: Record<string, string>): Promise<string> {
  const body = new URLSearchParams(fields);
  const answer = await fetch(service.url + path, { method: 'POST', body });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    200,
    'text/html; charset=utf-8',
  ]);
  return await answer.text();
}

describe('the page', () => {
  it("escapes the authors' text", async () => {
    const page = await (await fetch(service.url)).text();

    expect(page).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; more');
    expect(page).toContain('get(&quot;A&quot;) == &#39;&lt;b&gt;&#39;');
    expect(page).not.toContain('<script>');
    expect(page).toContain(
      '12.5 % accept, the others reject, the same for the same get(&quot;ID&quot;)',
    );
  });

  it('shows how many instances reported to this replica', async () => {
    expect(await counted()).toBe(countsBy('0 ingest instances'));
    await poll('ingest-0');
    expect(await counted()).toBe(countsBy('1 ingest instance'));
    await poll('ingest-1');
    expect(await counted()).toBe(countsBy('2 ingest instances'));
  });

  it('allows a browser to load only its own files', async () => {
    for (const path of [
      '/',
      '/page/live',
      '/page/script.js',
      '/page/style.css',
      '/page/icon.svg',
    ]) {
      const answer = await fetch(service.url + path);
      expect([path, answer.status]).toEqual([path, 200]);
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/);
      expect(policy).not.toContain('unsafe');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('loads nothing from other servers', async () => {
    const page = await (await fetch(service.url)).text();
    const addresses = Array.from(page.matchAll(/(?:src|href|action)="([^"]*)"/g), ([, url]) => url);

    expect(addresses).toEqual([
      '/page/icon.svg',
      '/page/style.css',
      '/page/script.js',
      '#try',
      '/',
    ]);
  });
});

describe('the form', () => {
  it.each([
    ['lines', 'A=<b>\r\nID = 7 \r\n\r\n'],
    ['JSON', '{"A":"<b>","ID":7}'],
  ])('accepts annotations as %s', async (_, annotations) => {
    const result = await send('/page/try', { annotations });

    expect(result).toMatch(/Verdict of the live rules: (accept|reject), by shown/);
    expect(result).toContain('the random number');
  });

  it('keeps the input and shows the result without the script', async () => {
    const page = await send('/', { annotations: 'A=</textarea><b>', ruleset: '' });

    expect(page).toContain('\nA=&lt;/textarea&gt;&lt;b&gt;</textarea>');
    expect(page).toContain('Verdict of the live rules: reject, by NO_MATCH');
    expect(page).toContain('<!doctype html>');
  });

  it('shows every error of pasted rules', async () => {
    const result = await send('/page/try', { annotations: 'A=1', ruleset: brokenRuleset });

    expect(result).toContain('These rules cannot be used');
    expect(result.match(/class="place"/g)).toHaveLength(2);
  });

  it.each([
    ['{"A":', 'start like JSON but are not valid JSON'],
    ['no equals sign', 'Line 1 of the annotations has no &quot;=&quot;'],
    ['A=1\n=2', 'Line 2 of the annotations'],
  ])('explains what is wrong with annotations such as %j', async (annotations, message) => {
    expect(await send('/page/try', { annotations })).toContain(message);
  });

  it('accepts a request without a body', async () => {
    const answer = await fetch(`${service.url}/page/try`, { method: 'POST' });

    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('Verdict of the live rules');
  });
});

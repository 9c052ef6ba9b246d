import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { brokenRuleset, rulesetHead } from '../../test/rulesets.js';
import {
  cachedRuleset,
  ThrottleConfigs,
  type ThrottleConfigUnderTest,
} from '../../test/throttle-config-under-test.js';

const services = new ThrottleConfigs();
let service: ThrottleConfigUnderTest;

/** A right-to-left override, which would show the rest of its line backwards, and a zero-width space. */
const deceptive = '\u202Etxt.exe\u200B';
const hostile = `${rulesetHead.replace('rules:', '')}
lists:
  hidden: ['<img src=x onerror=alert(1)>', "\\e[31mred\\0${deceptive}"]
rules:
  - name: shown
    description: '<script>alert("x")</script> & more ${deceptive}'
    match: get("A") == '<b>'
    sample: { percent: 12.5, by: get("ID"), within: accept, beyond: reject }
  - name: listed
    match: get("<i>") in hidden
    result: reject
`;

beforeAll(async () => {
  service = await services.start({ RULES_FILE: await services.rulesFile(hostile) });
});

afterAll(async () => {
  await services.close();
});

async function report(instance: string, rules: object): Promise<void> {
  const revision = (await service.status()).live.revision;
  const answer = await service.post('/v1/ingest-reports', { instance, revision, rules });
  expect(answer.status).toBeLessThan(300);
}

async function live(query = ''): Promise<string> {
  const page = await (await fetch(`${service.url}/page/live${query}`)).text();
  return page.replaceAll(/\s+/g, ' ');
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
    expect(page).toContain('<i>&lt;i&gt;</i>');
    expect(page).toContain('<li>&lt;img src=x onerror=alert(1)&gt;</li>');
  });

  it('shows characters that hide or reorder others as their codes', async () => {
    const page = await (await fetch(service.url)).text();

    expect(page).toContain(String.raw`&amp; more \u{202e}txt.exe\u{200b}</p>`);
    expect(page).toContain(String.raw`<li>\u{1b}[31mred\u{0}\u{202e}txt.exe\u{200b}</li>`);
    for (const hidden of ['\u202E', '\u200B', '\u001B', '\0']) expect(page).not.toContain(hidden);
  });

  it('says what a rule does in plain words', async () => {
    const page = (await (await fetch(service.url)).text()).replaceAll(/\s+/g, ' ');

    expect(page).toContain(
      '<b>Keep 12.5 %, reject the rest, always the same for the same <i>ID</i></b> if <i>A</i> is <q>&lt;b&gt;</q>.',
    );
    expect(page).toContain('is in the list <a href="#list-hidden">hidden</a>');
    expect(page).toMatch(/<summary><b>hidden<\/b> 2 entries<\/summary> <div id="list-hidden">/);
    expect(page).toContain('Named by <a href="#rule-listed">listed</a>.');
  });

  it('shows the counts of all instances, with shares, over the period that is chosen', async () => {
    expect(await live()).toContain('Counts of 0 ingest instances');
    await report('ingest-0', { shown: { accept: 100, reject: 700 } });
    await report('ingest-1', { shown: { reject: 100 }, NO_MATCH: { reject: 100 } });

    for (const [query, period] of [
      ['', '10m'],
      ['?period=1h', '1h'],
      ['?period=1d', '1d'],
      ['?period=<script>', '10m'],
    ]) {
      const page = await live(query);
      expect(page).toContain('100 accept (11.1 %), 800 reject (88.9 %)');
      expect(page).toContain('decided 90 % of the reports');
      expect(page).toContain('Counts of 2 ingest instances, which report to every replica.');
      expect(page.match(/id="period-(\w+)"[^>]*aria-current="true"/)?.[1]).toBe(period);
    }
    expect(await live()).toMatch(/Complete only since <time datetime="\d{4}-[^"]*Z">/);
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
      '?period=10m',
      '?period=1h',
      '?period=1d',
      '#list-hidden',
      '#rule-listed',
      '/',
      '/page/shadow',
      '/page/shadow',
      '/page/compare',
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

  it('says of which version a client is told to send no more reports', async () => {
    const ruleset = `${rulesetHead}  - name: old
    match: version() == "<b>" || version() == "1.2"
    result: reject
    stopSending: true
`;
    const told = 'The client is told to send no more reports of version';
    expect(await send('/page/try', { annotations: 'ver=1.2', ruleset })).toContain(`${told} 1.2.`);
    // Ingest does not repeat what is no version.
    expect(await send('/page/try', { annotations: 'ver=<b>', ruleset })).not.toContain(told);
    expect(await send('/page/try', { annotations: 'ver=1.3', ruleset })).not.toContain(told);
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

const valid = `${rulesetHead}  - name: everything
    match: "true"
    result: accept
`;

describe('the draft', () => {
  it('starts from the live rules, as their author wrote them', async () => {
    const answer = await fetch(`${service.url}/page/ruleset.yaml`);
    expect([await answer.text(), answer.headers.get('content-type')]).toEqual([
      hostile,
      'application/yaml; charset=utf-8',
    ]);
    const page = await send('/', { annotations: 'A=1', load: 'live' });
    expect(page).toContain(`\n${escaped(hostile)}</textarea>`);
    expect(page).toContain('They are the same as the live rules.');
  });

  it('is written anew from the cache if the source has no valid rules', async () => {
    const directory = await services.directory();
    const cache = { RULES_CACHE_FILE: `${directory}/cached.json` };
    await services.start({ RULES_FILE: await services.rulesFile(valid, 'first.yaml'), ...cache });
    await cachedRuleset(cache.RULES_CACHE_FILE);
    const restarted = await services.start({
      RULES_FILE: await services.rulesFile(brokenRuleset, 'broken.yaml'),
      ...cache,
    });
    const yaml = await (await fetch(`${restarted.url}/page/ruleset.yaml`)).text();
    expect(await (await restarted.post('/v1/validate', { ruleset: yaml })).json()).toEqual(
      expect.objectContaining({ valid: true, revision: (await restarted.status()).live.revision }),
    );
  });

  it('is checked, with a link to the line of each error', async () => {
    const result = await send('/page/check', { ruleset: brokenRuleset });

    expect(result).toContain('2 errors, the first in line 5.');
    expect(result).toMatch(/href="#ruleset" data-line="5" data-column="32"/);
    expect(result).not.toContain('Make the draft live');
  });

  it('gives one error for one stray tab', async () => {
    const tabbed = valid.replace('    result', '\tresult');
    expect(await send('/page/check', { ruleset: tabbed })).toContain('An error in line 6.');
  });

  it('shows what it changes, and the command that makes it live', async () => {
    const file = await services.rulesFile(valid, "it's live.yaml");
    const { url } = await services.start({ RULES_FILE: file });
    const draft = valid.replace('result: accept', 'result: defer # <b>');
    const body = new URLSearchParams({ ruleset: draft });
    const result = await (await fetch(`${url}/page/check`, { method: 'POST', body })).text();

    expect(result).toContain('<del>-    result: accept\n</del>');
    expect(result).toContain('<ins>+    result: defer # &lt;b&gt;\n</ins>');
    const quoted = file.replace("it's", String.raw`it'\''s`);
    expect(result).toContain(escaped(`cp ruleset.yaml '${quoted}'`));
  });

  it('is returned as a file', async () => {
    const body = new URLSearchParams({ ruleset: valid.replaceAll('\n', '\r\n') });
    const answer = await fetch(`${service.url}/page/ruleset.yaml`, { method: 'POST', body });

    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="ruleset.yaml"');
    expect(await answer.text()).toBe(valid);
  });

  it('needs no check while it is empty', async () => {
    expect(await send('/page/check', { ruleset: ' ' })).toContain('<div id="draft-result"></div>');
  });
});

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

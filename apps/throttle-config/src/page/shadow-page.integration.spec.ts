import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { acceptAllRuleset } from '#antenna/testing';
import type { ShadowReport } from '#antenna/throttle';

import { brokenRuleset } from '../../test/rulesets.js';
import {
  ThrottleConfigs,
  type ThrottleConfigUnderTest,
} from '../../test/throttle-config-under-test.js';
import { ShadowService } from '../api/shadow/shadow.service.js';

const services = new ThrottleConfigs();
let service: ThrottleConfigUnderTest;

beforeEach(async () => {
  service = await services.start();
});
afterEach(async () => await services.close());

async function press(
  path: string,
  fields: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<string> {
  const body = new URLSearchParams(fields);
  const answer = await fetch(service.url + path, { method: 'POST', body, headers });
  return `${answer.status} ${/id="answer">([^<]*)/.exec(await answer.text())?.[1] ?? ''}`;
}

async function section(): Promise<string> {
  const page = (await (await fetch(`${service.url}/page/live`)).text()).replaceAll(/\s+/g, ' ');
  return page.slice(page.indexOf('id="shadow-run"'));
}

function hear(part: Partial<ShadowReport> = {}): void {
  const shadow = service.service.app.get(ShadowService);
  const verdicts = { accept: { accept: 400, reject: 340 }, reject: { reject: 260 } };
  shadow.heard(
    { instance: 'ingest-0', boot: '0123456789abcdef' },
    {
      id: shadow.status().run?.id ?? '',
      revision: '0123456789abcdef',
      ageMs: 0,
      remainingMs: 60_000,
      reports: 2000,
      evaluated: 1000,
      verdicts,
      decided: { accept_everything: 990, NO_MATCH: 10 },
      errors: { accept_everything: 7 },
      products: [{ product: 'Firefox', channel: 'release', verdicts }],
      cost: { live: { totalUs: 9000, maxUs: 20 }, draft: { totalUs: 12_000, maxUs: 5000 } },
      ...part,
    },
  );
}

describe('a draft on live reports', () => {
  it('starts and stops by buttons of the page', async () => {
    expect(await section()).toContain('Watch the draft for 10 minutes');
    const draft = { ruleset: acceptAllRuleset, for: '60m' };
    expect(await press('/page/shadow', draft)).toBe(
      '200 The draft is being tried on live reports.',
    );
    expect(await section()).toContain('id="shadow-stop"');
    const { run } = service.service.app.get(ShadowService).status();
    expect(Date.parse(run?.endsAt ?? '') - Date.parse(run?.startedAt ?? '')).toBeGreaterThan(
      3_500_000,
    );

    expect(await press('/page/shadow', draft)).toBe('200 Another draft is being tried.');
    expect(await press('/page/shadow/stop')).toBe('200 The draft is stopped.');
    expect(await section()).toContain('until it was stopped at <time');
    expect(await press('/page/shadow/stop')).toBe('200 No draft runs.');
  });

  it('shows what would change, for each rule, product and channel, and what it costs', async () => {
    await press('/page/shadow', { ruleset: acceptAllRuleset });
    hear();
    const shown = await section();

    expect(shown).toContain(
      'Of 2,000 reports to 1 ingest process, the draft evaluated 1,000 (50 %).',
    );
    expect(shown).toContain('<b>340 (34 %) would get another verdict.</b>');
    expect(shown).toMatch(/<th scope="row">accept<\/th> <td>400<\/td> ?<td><b>340<\/b><\/td>/);
    expect(shown).toMatch(/accept_everything<\/th> <td>990 \(99 %\)<\/td> <td>7<\/td>/);
    expect(shown).toMatch(
      /Firefox<\/th> <td>release<\/td> <td>1,000<\/td> <td> 340 \(34 %\) <\/td>/,
    );
    expect(shown).toContain(
      'takes 12 µs on average and 5 ms at most; one of the live rules, 9 µs and 20 µs.',
    );
  });

  it('says that a draft is missing or has errors', async () => {
    expect(await press('/page/shadow')).toMatch('200 There is no draft yet');
    const broken = { ruleset: brokenRuleset };
    expect(await press('/page/shadow', broken)).toBe('200 The draft has errors: fix them first.');
  });

  it.each(['/page/shadow', '/page/shadow/stop'])(
    'refuses buttons of other sites: %s',
    async (path) => {
      const foreign = { 'sec-fetch-site': 'cross-site', origin: 'http://example.com' };
      expect(await press(path, { ruleset: acceptAllRuleset }, foreign)).toMatch('403');
      expect(service.service.app.get(ShadowService).status().state).toBe('none');
    },
  );
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { oneRule } from '../../test/rulesets.js';
import {
  ThrottleConfigs,
  type ThrottleConfigUnderTest,
} from '../../test/throttle-config-under-test.js';

const services = new ThrottleConfigs();
let service: ThrottleConfigUnderTest;
const revisions: string[] = [];

beforeAll(async () => {
  const file = await services.rulesFile(oneRule('first'));
  const history = `${await services.directory()}/history.json`;
  service = await services.start({ RULES_FILE: file, RULES_CACHE_FILE: history });
  revisions.push((await service.status()).live.revision);
  await services.rulesFile(`${oneRule('second')}# <b>\n`);
  await service.untilLive('second');
  revisions.push((await service.status()).live.revision);
});

afterAll(async () => {
  await services.close();
});

async function compare(fields: Record<string, string>): Promise<string> {
  const body = new URLSearchParams(fields);
  const answer = await fetch(`${service.url}/page/compare`, { method: 'POST', body });
  expect(answer.status).toBe(200);
  return await answer.text();
}

describe('the history on the page', () => {
  it('lists the accepted revisions, newest first, with time and source', async () => {
    const page = (await (await fetch(service.url)).text()).replaceAll(/\s+/g, ' ');
    const list = /<ul class="history">.*?<\/ul>/.exec(page)?.[0] ?? '';

    expect(Array.from(list.matchAll(/<code>(\w+)<\/code>/g), ([, revision]) => revision)).toEqual(
      revisions.toReversed(),
    );
    expect(list).toMatch(/<time datetime="[^"]+">[^<]+UTC<\/time>, from \S+ruleset\.yaml/);
    expect(list.match(/class="tag ok"/g)).toHaveLength(1);
  });

  it('compares two revisions, and says how to go back', async () => {
    const [from = '', to = ''] = revisions;
    const answer = await compare({ from, to });

    expect(answer).toContain('<del>-  - name: first\n</del>');
    expect(answer).toContain('<ins>+  - name: second\n</ins>');
    expect(answer).toContain('<ins>+# &lt;b&gt;\n</ins>');
    expect(answer).toMatch(new RegExp(`curl [^<]*/v1/history/${from}/ruleset [^<]*ruleset.yaml`));
  });

  it('compares a revision with the draft', async () => {
    const [from = ''] = revisions;
    const ruleset = oneRule('draft');
    expect(await compare({ from, to: 'draft', ruleset })).toContain(
      '<ins>+  - name: draft\n</ins>',
    );
    expect(await compare({ from, to: 'draft', ruleset: oneRule('first') })).toContain(
      'There is no difference.',
    );
    expect(await compare({ from, to: 'draft', ruleset: ' ' })).toContain('There is no draft yet');
  });

  it('says that a revision is unknown', async () => {
    const answer = await compare({ from: '<script>', to: 'draft', ruleset: oneRule('draft') });
    expect(answer).toContain('the history does not have this revision');
    expect(answer).not.toContain('<script>');
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { brokenRuleset, oneRule, unreachableRule } from '../../../test/rulesets.js';
import {
  ThrottleConfigs,
  type ThrottleConfigUnderTest,
} from '../../../test/throttle-config-under-test.js';
import type { EvaluateAnswer } from './dry-run.dto.js';

const services = new ThrottleConfigs();
let service: ThrottleConfigUnderTest;

beforeAll(async () => {
  service = await services.start();
});

afterAll(async () => {
  await services.close();
});

describe('POST /v1/validate', () => {
  it('returns every error with its rule, line, column and hint', async () => {
    const answer = await service.post('/v1/validate', { ruleset: brokenRuleset });

    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      valid: false,
      errors: [
        expect.objectContaining({ rule: 'first', line: 5, column: 32 }),
        {
          rule: 'second',
          line: 9,
          column: 13,
          message: 'result must not be "perhaps"',
          hint: expect.stringContaining('accept'),
        },
      ],
      warnings: [],
    });
  });

  it('returns the revision and the warnings of a valid document that is sent as YAML', async () => {
    const answer = await fetch(`${service.url}/v1/validate`, {
      method: 'POST',
      headers: { 'content-type': 'application/yaml' },
      body: unreachableRule,
    });

    expect(await answer.json()).toMatchObject({
      valid: true,
      revision: expect.stringMatching(/^[0-9a-f]{16}$/),
      errors: [],
      warnings: [{ rule: 'never' }],
    });
  });

  it('does not change the live rules', async () => {
    const before = (await service.status()).live;
    await service.post('/v1/validate', { ruleset: oneRule('tried') });

    expect((await service.status()).live).toEqual(before);
  });
});

async function evaluate(body: object): Promise<EvaluateAnswer> {
  const answer = await service.post('/v1/evaluate', body);
  expect(answer.status).toBe(200);
  return (await answer.json()) as EvaluateAnswer;
}

describe('POST /v1/evaluate', () => {
  it('returns the verdict, which live rules match, and why', async () => {
    const { verdict, rule, rules, revision } = await evaluate({
      annotations: { ProductName: 'Firefox', ReleaseChannel: 'nightly', Throttleable: 1 },
    });

    expect({ verdict, rule }).toEqual({ verdict: 'accept', rule: 'is_nightly' });
    expect(revision).toBe((await service.status()).live.revision);
    expect(rules.map((one) => one.rule)).toEqual(await service.ruleNames());
    expect(rules.find((one) => one.decided)).toMatchObject({
      rule: 'is_nightly',
      matched: true,
      why: 'Matches: the result is accept.',
    });
    expect(rules.find((one) => one.rule === 'is_firefox_desktop')).toMatchObject({
      matched: false,
      clauses: [
        { text: 'get("ProductName") == "Firefox"', holds: true },
        { text: 'get("ReleaseChannel") == "release"', holds: false },
      ],
      why: 'Does not match: get("ReleaseChannel") == "release" does not hold.',
    });
  });

  it('returns the random number of a sample', async () => {
    const { rules, verdict } = await evaluate({
      annotations: { ProductName: 'Firefox', ReleaseChannel: 'release' },
    });
    const sampled = rules.find((one) => one.decided);

    expect(sampled).toMatchObject({ rule: 'is_firefox_desktop', sample: { percent: 10 } });
    const draw = sampled?.sample?.draw ?? Number.NaN;
    expect(verdict).toBe(draw < 10 ? 'accept' : 'reject');
    expect(sampled?.why).toBe(
      `Matches: the random number ${draw.toFixed(2)} is ${draw < 10 ? 'within' : 'beyond'} its 10 percent: ${verdict}.`,
    );
  });

  it('evaluates the given document instead of the live rules', async () => {
    const { verdict, rule } = await evaluate({
      annotations: {},
      ruleset: oneRule('tried', 'defer'),
    });

    expect({ verdict, rule }).toEqual({ verdict: 'defer', rule: 'tried' });
    expect(await service.ruleNames()).not.toContain('tried');
  });

  it('answers with the version of which a client is told to send no more reports', async () => {
    const stopping = oneRule('old', 'reject')
      .replace('"true"', `'version() == "1.2"'`)
      .replace('result: reject', 'result: reject\n    stopSending: true');
    const tried = { annotations: { prod: 'App', ver: '1.2' }, ruleset: stopping };
    expect(await evaluate(tried)).toMatchObject({
      verdict: 'reject',
      rule: 'old',
      stopSendingFor: '1.2',
      rules: [
        {
          why: 'Matches: the result is reject, and clients are told to send no more of this version.',
        },
      ],
    });
    expect(await evaluate({ ...tried, annotations: { ver: '1.3' } })).not.toHaveProperty(
      'stopSendingFor',
    );
  });

  it('reads annotations as ingest does: numbers keep their spelling', async () => {
    const ruleset = oneRule('tried').replace('"true"', `'get("A") == "1.0" && get("B") == "None"'`);
    const answer = await service.post(
      '/v1/evaluate',
      `{"annotations":{"A":1.0,"B":null},"ruleset":${JSON.stringify(ruleset)}}`,
    );

    expect(await answer.json()).toMatchObject({ verdict: 'accept', rule: 'tried' });
  });

  it('answers 422 with every error of an invalid document', async () => {
    const answer = await service.post('/v1/evaluate', { annotations: {}, ruleset: brokenRuleset });

    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect(await answer.json()).toMatchObject({
      title: 'The ruleset is not valid',
      status: 422,
      errors: [{ rule: 'first' }, { rule: 'second' }],
    });
  });
});

describe('an invalid request', () => {
  it.each([
    ['a body that is not an object', '[]', 400, 'the body must be a JSON object'],
    ['a body that is a string', '"rules: []"', 400, 'the body must be a JSON object'],
    ['a body that is not JSON', '{', 400, expect.stringContaining('JSON')],
    ['JSON nested too deeply', '['.repeat(70) + ']'.repeat(70), 400, expect.any(String)],
    ['no annotations', '{}', 400, 'annotations must be an object of names and values'],
    ['annotations of another kind', '{"annotations":[1]}', 400, expect.any(String)],
    ['a null ruleset', '{"annotations":{},"ruleset":null}', 400, 'ruleset must be a string'],
    ['an unknown property', '{"annotations":{},"rules":1}', 400, expect.stringContaining('rules')],
    ['a foreign prototype', '{"__proto__":{"annotations":{}}}', 400, expect.any(String)],
    ['too many values', `[${'1,'.repeat(20_000)}1]`, 400, expect.stringContaining('20000 values')],
    ['too large a body', `"${'x'.repeat(1_100_000)}"`, 413, expect.any(String)],
  ])('with %s is answered with problem details', async (_, body, status, detail) => {
    const answer = await service.post('/v1/evaluate', body);

    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect([answer.status, await answer.json()]).toEqual([
      status,
      expect.objectContaining({ title: expect.any(String), status, detail }),
    ]);
  });

  it.each([
    ['an unknown path', '/v1/nothing', {}, 404],
    ['another method', '/v1/status', { method: 'POST' }, 405],
    ['another method of a path of our own', '/v1/openapi.json', { method: 'PUT' }, 405],
    [
      'an unknown media type',
      '/v1/evaluate',
      { method: 'POST', headers: { 'content-type': 'image/png' }, body: 'x' },
      415,
    ],
  ])('with %s is answered with problem details', async (_, path, request, status) => {
    const answer = await fetch(service.url + path, request);

    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
    expect([answer.status, await answer.json()]).toEqual([
      status,
      expect.objectContaining({ status }),
    ]);
  });
});

describe('a document of the largest size that is slow to read', () => {
  const slow = `rules: [${'{},'.repeat(87_000)}{}]`;

  it('does not keep the service from answering other requests', async () => {
    const answers: string[] = [];
    const note = (name: string) => (answer: Response) => answers.push(`${name} ${answer.status}`);
    const validated = service.post('/v1/validate', { ruleset: slow }).then(note('validate'));
    await fetch(`${service.url}/v1/status`).then(note('status'));
    await validated;

    expect(answers).toEqual(['status 200', 'validate 200']);
  });

  it('is refused with 503 if too many others wait, and the service goes on', async () => {
    const ruleset = `rules: [${'{},'.repeat(10_000)}{}]`;
    const requests = Array.from({ length: 40 }, () => service.post('/v1/validate', { ruleset }));
    const statuses = (await Promise.all(requests)).map(({ status }) => status);

    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    const { status } = await service.post('/v1/validate', { ruleset: oneRule('tried') });
    expect(status).toBe(200);
  });

  it('is answered with at most a thousand errors', async () => {
    const invalid = `rules: [${'{},'.repeat(499)}{}]`;
    const answer = await service.post('/v1/validate', { ruleset: invalid });
    const { errors } = (await answer.json()) as { errors: unknown[] };

    expect(errors).toHaveLength(1000);
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { mozillaRuleset } from '#antenna/bundled-rules';
import { acceptAllRuleset, type SeededRandom } from '#antenna/testing';
import { mutate } from '#antenna/report-corpus';

import { ThrottleConfigProcess } from '../page/throttle-config-process.js';
import { FuzzRun } from './fuzz-run.js';

const tokens = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  '],',
  ':',
  '\n',
  '- ',
  '"ruleset":',
  '"__proto__":',
  '1e999',
];
const types = [
  'application/json',
  'application/json',
  'application/yaml',
  'text/plain',
  'x',
] as const;
const allowed = [200, 400, 413, 415, 422, 503];

describe('mutated dry runs', () => {
  let service: ThrottleConfigProcess;

  beforeEach(async () => {
    service = await ThrottleConfigProcess.start(acceptAllRuleset);
  });

  afterEach(async () => {
    await service.stop();
  });

  it('are answered with a result or a problem, and the service goes on', async () => {
    await FuzzRun.of('dry runs', 0.25).each(4, async (random) => {
      const path = random.oneOf(['/v1/validate', '/v1/evaluate', '/page/try']);
      const { status } = await fetch(service.url + path, {
        method: 'POST',
        headers: { 'content-type': random.oneOf(types) },
        body: new Uint8Array(body(random)),
        signal: AbortSignal.timeout(30_000),
      });
      expect(allowed).toContain(status);
    });

    const answer = await fetch(`${service.url}/v1/evaluate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ annotations: {}, ruleset: acceptAllRuleset }),
    });
    expect(await answer.json()).toMatchObject({ verdict: 'accept' });
  });
});

/** Mutates the document within valid JSON, or the whole body. */
function body(random: SeededRandom): Buffer {
  const yaml = Buffer.from(random.oneOf([mozillaRuleset, acceptAllRuleset]));
  const annotations = { ProductName: 'Firefox', Numbers: [1, 2.5, null], Env: '{"a":{"b":1}}' };
  const ruleset = random.below(2) === 0 ? mutate(yaml, random, tokens).toString() : undefined;
  const json = Buffer.from(JSON.stringify({ annotations, ruleset }));
  return random.below(2) === 0 ? json : mutate(json, random, tokens);
}

import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import {
  ThrottleConfigs,
  type ThrottleConfigUnderTest,
} from '../../../test/throttle-config-under-test.js';

const services = new ThrottleConfigs();
const checkedIn = new URL('../../../../../docs/openapi/throttle-config.json', import.meta.url);
let service: ThrottleConfigUnderTest;

interface Described {
  readonly paths: Readonly<Record<string, object>>;
  readonly components: { readonly schemas: Readonly<Record<string, { properties: object }>> };
}

beforeAll(async () => {
  service = await services.start();
});

afterAll(async () => {
  await services.close();
});

async function described(): Promise<Described> {
  return (await (await fetch(`${service.url}/v1/openapi.json`)).json()) as Described;
}

describe('the OpenAPI document', () => {
  it('is served, and equals the file in docs/openapi', async () => {
    expect(await described()).toEqual(JSON.parse(await readFile(checkedIn, 'utf8')));
  });

  it('lists all paths of the API and no others', async () => {
    expect(Object.keys((await described()).paths).toSorted()).toEqual([
      '/v1/evaluate',
      '/v1/history',
      '/v1/history/diff',
      '/v1/history/{revision}',
      '/v1/history/{revision}/ruleset',
      '/v1/ingest-reports',
      '/v1/ruleset',
      '/v1/shadow',
      '/v1/shadow/{id}',
      '/v1/status',
      '/v1/validate',
    ]);
  });

  it('describes the properties of real answers', async () => {
    const { schemas } = (await described()).components;
    const evaluated = await service.post('/v1/evaluate', { annotations: { A: 'b' } });
    const answers: Record<string, object> = {
      StatusAnswer: await service.status(),
      EvaluateAnswer: (await evaluated.json()) as object,
      ValidateAnswer: (await (
        await service.post('/v1/validate', { ruleset: '' })
      ).json()) as object,
    };

    for (const [schema, answer] of Object.entries(answers)) {
      const known = Object.keys(schemas[schema]?.properties ?? {});
      expect(known).toEqual(expect.arrayContaining(Object.keys(answer)));
    }
  });
});

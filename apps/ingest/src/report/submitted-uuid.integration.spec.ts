import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aReport, CrashReport, requestBytes } from '#antenna/testing';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';

const token = 'a-secret-of-the-submitter';
const uuid = 'de1bb258-cbbf-4589-a673-34f800160918';
const authorized = { Authorization: `Bearer ${token}` };

let ingest: IngestInTest;
beforeAll(async () => {
  ingest = await startIngestInTest({ env: { SUBMITTER_TOKEN: token } });
});
afterAll(async () => await ingest.close());

describe('a uuid annotation', () => {
  it('becomes the crash id and no annotation when the token is valid', async () => {
    const { answer, outcome } = await ingest.submit(
      aReport().withAnnotation('uuid', uuid),
      authorized,
    );
    expect(answer.body).toBe(`CrashID=bp-${uuid}\n`);
    expect(outcome).toBe('accepted');
    expect((await ingest.stored(answer)).crashId).toBe(uuid);
  });

  it('is accepted in JSON and with the scheme in any letter case', async () => {
    const id = 'de1bb258-cbbf-4589-a673-34f801160918';
    const { answer } = await ingest.submit(new CrashReport().withExtra({ A: 'b', uuid: id }), {
      authorization: `bearer  ${token}`,
    });
    expect(answer.body).toBe(`CrashID=bp-${id}\n`);
  });

  it('is accepted again for another report, and both are shipped under that id', async () => {
    const id = 'aaaaaaaa-cbbf-4589-a673-34f800160918';
    await ingest.shipped();
    const depthBefore = (await ingest.intake.depth()).visible;
    const answers = await Promise.all(
      ['first', 'second', 'third'].map(async (text) => {
        const report = aReport().withAnnotation('uuid', id).withAnnotation('Text', text);
        return (await ingest.send(requestBytes(report.build(), { headers: authorized }))).body;
      }),
    );
    expect(answers).toEqual(Array.from({ length: 3 }, () => `CrashID=bp-${id}\n`));
    await ingest.shipped();
    expect((await ingest.intake.depth()).visible).toBe(depthBefore + 3);
  });

  it.each<[string, Record<string, string>]>([
    ['no Authorization', {}],
    ['another token', { Authorization: 'Bearer wrong' }],
    ['a longer token', { Authorization: `Bearer ${token}x` }],
    ['a shorter token', { Authorization: `Bearer ${token.slice(0, -1)}` }],
    ['the token in another case', { Authorization: `Bearer ${token.toUpperCase()}` }],
    ['an empty token', { Authorization: 'Bearer ' }],
    ['another scheme', { Authorization: `Basic ${token}` }],
    ['the bare token', { Authorization: token }],
  ])('is refused with %s', async (_name, headers) => {
    const { answer, outcome } = await ingest.submit(
      aReport().withAnnotation('uuid', uuid),
      headers,
    );
    expect(answer.status).toBe(401);
    expect(answer.body).toBe('Discarded=unauthorized_uuid');
    expect(outcome).toBe('unauthorized');
  });

  it.each([
    '',
    'x',
    uuid.toUpperCase(),
    `bp-${uuid}`,
    `${uuid} `,
    `${uuid}\n`,
    `../${uuid}`,
    'de1bb258-cbbf-4589-a673-34f802160918',
    'de1bb258-cbbf-4589-a673-34f80016091',
    'de1bb258-cbbf-4589-a673-34f8001609180',
    'de1bb258-cbbf-4589-a673-34f80016091a',
    '00000000-0000-0000-0000-000000000000/..',
  ])('is refused as %j although the token is valid', async (value) => {
    const { answer, outcome } = await ingest.submit(
      aReport().withAnnotation('uuid', value),
      authorized,
    );
    expect(answer.status).toBe(400);
    expect(answer.body).toBe('Discarded=malformed_invalid_uuid');
    expect(outcome).toBe('malformed invalid_uuid');
  });

  it.each(['1', 'null', '["x"]', `{"a":"${uuid}"}`])(
    'is refused as JSON %s although the token is valid',
    async (json) => {
      const report = new CrashReport().withExtra(`{"A":"b","uuid":${json}}`);
      const { outcome } = await ingest.submit(report, authorized);
      expect(outcome).toBe('malformed invalid_uuid');
    },
  );

  it('is always refused when no token is configured', async () => {
    const open = await startIngestInTest();
    const report = aReport().withAnnotation('uuid', uuid);
    for (const headers of [{}, authorized, { Authorization: 'Bearer undefined' }]) {
      const { answer, outcome } = await open.submit(report, headers);
      expect(answer.body).toBe('Discarded=unauthorized_uuid');
      expect(outcome).toBe('unauthorized');
    }
    await open.close();
  });
});

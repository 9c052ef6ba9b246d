import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { boundary, post, smallBody } from '../../test/raw-post.js';

let ingest: IngestInTest;
beforeAll(async () => {
  ingest = await startIngestInTest();
});
afterAll(async () => await ingest.close());

const length = `Content-Length: ${smallBody.length}`;

describe('the Content-Type of a submission', () => {
  it.each([
    [`multipart/form-data; boundary=${boundary}`],
    [`multipart/mixed; boundary=${boundary}`],
    [`MULTIPART/Form-Data; BOUNDARY=${boundary}`],
    [`multipart/form-data;boundary=${boundary}`],
    [`multipart/form-data; charset=utf-8; boundary=${boundary}`],
    [`multipart/form-data; boundary=${boundary}; charset=utf-8`],
    [`multipart/form-data; boundary="${boundary}"`],
    [`multipart/form-data; charset="a;b"; boundary="${boundary}"; x=y`],
    [`multipart/form-data ; boundary=${boundary};`],
  ])('is accepted as %s', async (type) => {
    const { answer, outcome } = await ingest.exchange([
      post([`Content-Type: ${type}`, length], smallBody),
    ]);
    expect(answer.status).toBe(200);
    expect(outcome).toBe('accepted');
    expect((await ingest.stored(answer)).annotations).toEqual({ ProductName: 'Firefox' });
  });

  it('is accepted with its header name in any letter case', async () => {
    const { outcome } = await ingest.exchange([
      post([`cOnTeNt-TyPe: multipart/form-data; boundary=${boundary}`, length], smallBody),
    ]);
    expect(outcome).toBe('accepted');
  });

  it.each([
    ['multipart/form-data', 'no_boundary'],
    ['multipart/form-data; boundary=', 'no_boundary'],
    ['multipart/form-data; boundary=""', 'no_boundary'],
    ['multipart/form-data; charset=utf-8', 'no_boundary'],
    [`multipart/form-data; boundary=${'b'.repeat(257)}`, 'no_boundary'],
    [`application/json; boundary=${boundary}`, 'wrong_content_type'],
    ['application/x-www-form-urlencoded', 'wrong_content_type'],
    [`multipart/form-data2; boundary=${boundary}`, 'wrong_content_type'],
    [`multipart/related; boundary=${boundary}`, 'wrong_content_type'],
    ['text/plain', 'wrong_content_type'],
    ['no media type at all', 'wrong_content_type'],
    [`;;;= "`, 'wrong_content_type'],
    ['\u00ff\u00fe\u00fd', 'wrong_content_type'],
    ['', 'no_content_type'],
    ['   ', 'no_content_type'],
  ])('is refused as %j', async (type, reason) => {
    const { answer, outcome } = await ingest.exchange([
      post([`Content-Type: ${type}`, length], smallBody),
    ]);
    expect(answer.status).toBe(400);
    expect(answer.body).toBe(`Discarded=malformed_${reason}`);
    expect(outcome).toBe(`malformed ${reason}`);
  });

  it('is refused when it is missing', async () => {
    const { answer, outcome } = await ingest.exchange([post([length], smallBody)]);
    expect(answer.body).toBe('Discarded=malformed_no_content_type');
    expect(outcome).toBe('malformed no_content_type');
  });
});

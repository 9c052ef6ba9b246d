import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { chunked, contentType, post, postBody, smallBody } from '../../test/raw-post.js';

let ingest: IngestInTest;
beforeAll(async () => {
  ingest = await startIngestInTest();
});
afterAll(async () => await ingest.close());

const chunkedHeader = 'Transfer-Encoding: chunked';

describe('the framing of a submission', () => {
  it.each<[string, Buffer]>([
    ['Content-Length', postBody(smallBody)],
    ['chunked without Content-Length', post([contentType, chunkedHeader], chunked(smallBody))],
    ['chunks of one byte', post([contentType, chunkedHeader], chunked(smallBody, 1))],
    [
      'a transfer coding in any letter case',
      post([contentType, 'transfer-ENCODING: CHUNKED'], chunked(smallBody)),
    ],
    [
      'an HTTP/1.0 request line with chunked',
      post([contentType, chunkedHeader], chunked(smallBody), 'POST /submit HTTP/1.0'),
    ],
    [
      'an HTTP/1.0 request line with Content-Length',
      post(
        [contentType, `Content-Length: ${smallBody.length}`],
        smallBody,
        'POST /submit HTTP/1.0',
      ),
    ],
    [
      'no Host',
      Buffer.from(
        postBody(smallBody)
          .toString('latin1')
          .replace(/Host: .*\r\n/, ''),
        'latin1',
      ),
    ],
    ['an unknown expectation', postBody(smallBody, 'Expect: a-miracle')],
    [
      'a query string',
      post(
        [contentType, chunkedHeader],
        chunked(smallBody),
        'POST /submit?product=%zz&version=1?&guid=/../x&[=] HTTP/1.1',
      ),
    ],
  ])('is accepted with %s', async (_name, request) => {
    const { answer, outcome } = await ingest.exchange([request]);
    expect(answer.statusLine).toBe('HTTP/1.1 200 OK');
    expect(outcome).toBe('accepted');
    expect((await ingest.stored(answer)).annotations).toEqual({ ProductName: 'Firefox' });
  });

  it('is refused if thousands of chunks have only a few bytes each', async () => {
    const body = smallBody.toString('latin1').replace('Firefox', 'F'.repeat(5000));
    const { answer, outcome } = await ingest.exchange([
      post([contentType, chunkedHeader], chunked(Buffer.from(body, 'latin1'), 1)),
    ]);
    expect(answer.status).toBe(400);
    expect(outcome).toBe('malformed invalid_payload_structure');
  });

  it.each<[string, Buffer]>([
    ['neither Content-Length nor chunked', post([contentType])],
    ['a Content-Length of zero', post([contentType, 'Content-Length: 0'])],
    ['no chunk', post([contentType, chunkedHeader], chunked(''))],
  ])('is refused as no_content_length without a body (%s)', async (_name, request) => {
    const { answer, outcome } = await ingest.exchange([request]);
    expect(answer.status).toBe(400);
    expect(answer.body).toBe('Discarded=malformed_no_content_length');
    expect(outcome).toBe('malformed no_content_length');
  });

  it.each<[string, Buffer]>([
    ['too small', post([contentType, `Content-Length: ${smallBody.length - 10}`], smallBody)],
    ['of one byte', post([contentType, 'Content-Length: 1'], smallBody)],
    ['negative', post([contentType, 'Content-Length: -1'], smallBody)],
    ['no number', post([contentType, 'Content-Length: many'], smallBody)],
    ['more than a number can be', post([contentType, `Content-Length: ${'9'.repeat(30)}`])],
    ['given twice', post([contentType, 'Content-Length: 5', 'Content-Length: 6'], smallBody)],
    ['given beside chunked', postBody(chunked(smallBody), chunkedHeader)],
  ])('is refused with a Content-Length that is %s', async (_name, request) => {
    const { answer, outcome } = await ingest.exchange([request]);
    expect(answer.status).toBe(400);
    expect(answer.body).toBe('Discarded=malformed_invalid_payload_structure');
    expect(outcome).toBe('malformed invalid_payload_structure');
  });

  it('is refused when its headers are too large', async () => {
    const { answer, outcome } = await ingest.exchange([
      postBody(smallBody, `X-Padding: ${'x'.repeat(20_000)}`),
    ]);
    expect(answer.statusLine).toBe('HTTP/1.1 431 Request Header Fields Too Large');
    expect(answer.body).toBe('the request headers are too large');
    expect(outcome).toBe('malformed invalid_payload_structure');
  });

  it('is refused once when it has a body but no Content-Length', async () => {
    const { answer, outcome } = await ingest.exchange([post([contentType], smallBody)]);
    expect(answer.body).toBe('Discarded=malformed_no_content_length');
    expect(outcome).toBe('malformed no_content_length');
  });

  it('is refused when the body is shorter than its Content-Length', async () => {
    const request = post([contentType, `Content-Length: ${smallBody.length + 1}`], smallBody);
    const { answer, outcome } = await ingest.exchange([request], { halfClose: true });
    expect(answer.status).toBe(400);
    expect(answer.body).toBe('Discarded=malformed_invalid_payload_structure');
    expect(outcome).toBe('aborted');
  });

  it.each([
    ['a chunk size that is not a number', 'zz\r\nhello\r\n'],
    ['a chunk longer than its size', '2\r\nhello\r\n0\r\n\r\n'],
    ['a bare line feed', '5\nhello\n0\n\n'],
  ])('is refused when it has %s', async (_name, body) => {
    const { answer, outcome } = await ingest.exchange([post([contentType, chunkedHeader], body)]);
    expect(answer.status).toBe(400);
    expect(answer.body).toBe('Discarded=malformed_invalid_payload_structure');
    expect(outcome).toBe('malformed invalid_payload_structure');
  });

  it('is refused with an answer that the client reads, even if it sends a megabyte after the error', async () => {
    const rest = Buffer.alloc(1 << 20, 'x');
    const { answer, outcome } = await ingest.exchange([
      post([contentType, chunkedHeader], 'zz\r\n'),
      ...Array.from({ length: 10 }, () => rest),
    ]);
    expect(answer.body).toBe('Discarded=malformed_invalid_payload_structure');
    expect(answer.closedBy).not.toBe('reset');
    expect(outcome).toBe('malformed invalid_payload_structure');
  });

  it('is refused by its headers with an answer that a sending client reads', async () => {
    const rest = Buffer.alloc(1 << 20, 'x');
    const { answer, outcome } = await ingest.exchange([
      post([contentType, 'Content-Length: -5']),
      ...Array.from({ length: 10 }, () => rest),
    ]);
    expect(answer.body).toBe('Discarded=malformed_invalid_payload_structure');
    expect(answer.closedBy).not.toBe('reset');
    expect(outcome).toBe('malformed invalid_payload_structure');
  });
});

describe('a client that half-closes the connection after the report', () => {
  it('gets its crash id', async () => {
    const { answer, outcome } = await ingest.exchange([postBody(smallBody)], { halfClose: true });
    expect(answer.body).toMatch(/^CrashID=bp-/);
    expect(outcome).toBe('accepted');
  });
});

describe('data after a complete report on its connection', () => {
  it.each([
    ['an empty line', '\r\n'],
    ['text', 'garbage that is no request\r\n\r\n'],
    ['bytes', Buffer.from([0, 1, 2, 255, 254])],
  ])('does not affect the report: %s', async (_name, garbage) => {
    const { answer, outcome } = await ingest.exchange([
      Buffer.concat([postBody(smallBody), Buffer.from(garbage)]),
    ]);
    expect(answer.body).toMatch(/^CrashID=bp-/);
    expect(outcome).toBe('accepted');
  });
});

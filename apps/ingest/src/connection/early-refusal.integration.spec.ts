import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aReport, type RawExchange, requestBytes } from '#antenna/testing';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { contentType, field, post } from '../../test/raw-post.js';

const MiB = 1024 * 1024;
let ingest: IngestInTest;
beforeAll(async () => {
  ingest = await startIngestInTest({ env: { MAX_PAYLOAD: '1MiB' } });
});
afterAll(async () => await ingest.close());

const piece = randomBytes(MiB);
/** A client that sends 20 MiB in chunks before it reads anything. */
const twentyMebibytes = Array.from({ length: 20 }, () => piece);
const announced = `Content-Length: ${20 * MiB}`;

function summary({ statusLine, body, headers, closedBy }: RawExchange) {
  const header = (wanted: string) => headers.find(([name]) => name === wanted)?.[1];
  return { statusLine, body, connection: header('Connection'), reset: closedBy === 'reset' };
}

describe('the early refusal of a report', () => {
  it.each<[string, Buffer, string, string]>([
    [
      'for its announced size',
      post([contentType, announced]),
      'HTTP/1.1 413 Payload Too Large',
      'too_large',
    ],
    [
      'for its Content-Type',
      post(['Content-Type: text/plain', 'Content-Length: 20971520']),
      'HTTP/1.1 400 Bad Request',
      'wrong_content_type',
    ],
    [
      'for its encoding',
      post([contentType, 'Content-Encoding: rot13', announced]),
      'HTTP/1.1 400 Bad Request',
      'unknown_content_encoding',
    ],
    [
      'for its size on the wire',
      post([contentType, 'Transfer-Encoding: chunked'], `${(20 * MiB).toString(16)}\r\n`),
      'HTTP/1.1 413 Payload Too Large',
      'too_large',
    ],
  ])(
    'reaches the client without a reset when it is refused %s',
    async (_name, head, statusLine, reason) => {
      const { answer, outcome } = await ingest.exchange([head, ...twentyMebibytes]);
      expect(summary(answer)).toEqual({
        statusLine,
        body: `Discarded=malformed_${reason}`,
        connection: 'close',
        reset: false,
      });
      expect(outcome).toBe(`malformed ${reason}`);
    },
  );

  it.each<[string, string[], Buffer | string, string]>([
    ['a broken part', [], `--xYz\r\nbroken\r\n\r\n`, 'invalid_payload_structure'],
    ['a body that is not gzip', ['Content-Encoding: gzip'], 'plain text', 'bad_gzip'],
    ['a body that is not zstd', ['Content-Encoding: zstd'], 'plain text', 'bad_gzip'],
    [
      'an oversized part header',
      [],
      `--xYz\r\nA: ${'x'.repeat(17_000)}`,
      'invalid_payload_structure',
    ],
    [
      'a dump with a reserved name',
      [],
      '--xYz\r\nContent-Disposition: form-data; name="dump"; filename="f"\r\n\r\n',
      'invalid_dump_name',
    ],
  ])(
    'reaches the client before it sends the rest, after %s',
    async (_name, headers, begin, reason) => {
      const { answer, outcome } = await ingest.exchange([
        post([contentType, 'Content-Length: 900000', ...headers], begin),
        { untilAnswer: `Discarded=malformed_${reason}` },
        piece.subarray(0, 700_000),
      ]);
      expect(summary(answer)).toMatchObject({ connection: 'close', reset: false });
      expect(outcome).toBe(`malformed ${reason}`);
    },
  );

  it('closes the connection once the body has been read to the end', async () => {
    const head = post(['Content-Type: text/plain', 'Content-Length: 1000']);
    const { answer } = await ingest.exchange([
      head,
      { untilAnswer: 'wrong_content_type' },
      Buffer.alloc(1000),
      { untilAnswer: 'never: the server closes' },
    ]);
    expect(answer.closedBy).toBe('server');
  });

  it('frees its upload slot at once', async () => {
    const upload = await ingest.hold(
      post([contentType, 'Content-Length: 9000'], '--xYz\r\nx\r\n\r\n'),
    );
    expect(await upload.answer()).toContain('Discarded=malformed_invalid_payload_structure');
    await ingest.inFlight(0);
    expect((await ingest.submit(aReport())).outcome).toBe('accepted');
  });
});

describe('the limits on reading after a refusal', () => {
  const refused = post(['Content-Type: text/plain', announced]);
  const untilClosed = { untilAnswer: 'never: the server closes' };

  it.each([
    ['LINGER_BYTES', { LINGER_BYTES: '1MiB' }, [...twentyMebibytes, untilClosed]],
    ['LINGER_IDLE', { LINGER_IDLE: '100ms' }, [untilClosed]],
    [
      'LINGER_TIMEOUT',
      { LINGER_TIMEOUT: '300ms', LINGER_IDLE: '200ms' },
      [
        ...Array.from({ length: 100 }, () => [Buffer.from('x'), { waitMs: 20 }]).flat(),
        untilClosed,
      ],
    ],
  ])('%s ends the reading', async (_name, env, steps) => {
    const bounded = await startIngestInTest({ env });
    const { answer } = await bounded.exchange([refused, ...steps]);
    expect(answer.closedBy).not.toBe('client');
    await bounded.close();
  });

  it('also apply to input that is not a valid request', async () => {
    const bounded = await startIngestInTest({
      env: { LINGER_BYTES: '1MiB', LINGER_IDLE: '100ms' },
    });
    const broken = post([contentType, 'Content-Length: -1']);
    const idle = await bounded.exchange([broken, untilClosed]);
    expect(idle.answer.closedBy).toBe('server');
    expect(idle.answer.body).toBe('Discarded=malformed_invalid_payload_structure');
    const endless = await bounded.exchange([broken, ...twentyMebibytes, untilClosed]);
    expect(endless.answer.closedBy).not.toBe('client');
    await bounded.close();
  });
});

describe('Expect: 100-continue', () => {
  const expecting = { Expect: '100-continue' };
  const continued = 'HTTP/1.1 100 Continue\r\n\r\n';

  it.each(['100-continue', '100-Continue'])(
    'is answered with 100 Continue when the report is admitted (%s)',
    async (value) => {
      const [head, body] = requestBytes(aReport().build(), { headers: { Expect: value } });
      const { answer, outcome } = await ingest.exchange([head, { untilAnswer: continued }, body]);
      expect(answer.raw.toString('latin1').startsWith(`${continued}HTTP/1.1 200 OK\r\n`)).toBe(
        true,
      );
      expect(outcome).toBe('accepted');
    },
  );

  it('is accepted from a client that does not wait for the answer', async () => {
    const { outcome } = await ingest.submit(aReport(), expecting);
    expect(outcome).toBe('accepted');
  });

  it.each<[string, Buffer, number]>([
    ['too large', post([contentType, announced, 'Expect: 100-continue']), 413],
    ['no media type', post(['Content-Type: x', announced, 'Expect: 100-continue']), 400],
    [
      'unknown encoding',
      post([contentType, announced, 'Content-Encoding: x', 'Expect: 100-continue']),
      400,
    ],
  ])(
    'is not answered with 100 Continue when the headers are refused: %s',
    async (_name, head, status) => {
      const { answer } = await ingest.exchange([head]);
      expect(answer.raw.toString('latin1').startsWith(`HTTP/1.1 ${status} `)).toBe(true);
      expect(answer.raw.includes('100 Continue')).toBe(false);
    },
  );

  it('is answered once, even when the report is refused later', async () => {
    const begin = field('A', Buffer.from([0xff])).subarray(0, 40);
    const { answer, outcome } = await ingest.exchange([
      post([contentType, 'Content-Length: 40', 'Expect: 100-continue']),
      { untilAnswer: continued },
      begin,
    ]);
    expect(answer.raw.toString('latin1').split('100 Continue')).toHaveLength(2);
    expect(outcome).toBe('malformed invalid_payload_structure');
  });
});

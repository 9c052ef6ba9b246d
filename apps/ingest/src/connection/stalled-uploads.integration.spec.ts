import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aReport, rawRequest, requestBytes, waitFor } from '#antenna/testing';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { contentType, post, smallBody } from '../../test/raw-post.js';

let ingest: IngestInTest;
beforeAll(async () => {
  ingest = await startIngestInTest({
    env: {
      IDLE_TIMEOUT: '200ms',
      UPLOAD_TIMEOUT: '600ms',
      LINGER_TIMEOUT: '100ms',
      LINGER_IDLE: '100ms',
      SPOOL_MEMORY_PER_UPLOAD: '16KiB',
    },
  });
});
afterAll(async () => await ingest.close());

const [head, body] = requestBytes(aReport().withDump('m', Buffer.alloc(500_000)).build());

/** The files in the spool after drafts were discarded. */
async function filesLeft(): Promise<string[]> {
  await waitFor(async () => (await readdir(join(ingest.spool, 'tmp'))).length === 0);
  await ingest.shipped();
  return await readdir(join(ingest.spool, 'envelopes'));
}

describe('a client that disconnects during its upload', () => {
  it.each(['close', 'reset'] as const)(
    'is counted as aborted and leaves no file (%s)',
    async (hangUp) => {
      const { answer, outcome } = await ingest.exchange([head, body.subarray(0, 300_000)], {
        hangUp,
      });
      expect(answer.status).toBeUndefined();
      expect(outcome).toBe('aborted');
      expect(await filesLeft()).toEqual([]);
    },
  );

  it('gets an answer when it only half-closes the connection, and leaves no file', async () => {
    const { answer, outcome } = await ingest.exchange([head, body.subarray(0, 300_000)], {
      halfClose: true,
    });
    expect(answer.body).toBe('Discarded=malformed_invalid_payload_structure');
    expect(answer.headers).toContainEqual(['Connection', 'close']);
    expect(outcome).toBe('aborted');
    expect(await filesLeft()).toEqual([]);
  });

  it('is counted as aborted, not malformed, while its compressed body is read', async () => {
    const report = requestBytes(aReport().gzipped().build());
    const { outcome } = await ingest.exchange([report[0], report[1].subarray(0, 50)], {
      hangUp: 'close',
    });
    expect(outcome).toBe('aborted');
  });

  it('frees its upload slot', async () => {
    await ingest.inFlight(0);
    expect(await ingest.telemetry.value('antenna.ingest.uploads_in_flight')).toBe(0);
  });
});

describe('a client that stalls', () => {
  it.each([
    ['before its body', head, Buffer.alloc(0)],
    ['in its body', head, body.subarray(0, 300_000)],
    ['before the final boundary', head, body.subarray(0, -10)],
  ])('gets a 408 when it stalls %s', async (_name, begin, sent) => {
    const { answer, outcome } = await ingest.exchange([begin, sent]);
    expect(answer.statusLine).toBe('HTTP/1.1 408 Request Timeout');
    expect(answer.headers).toContainEqual(['Connection', 'close']);
    expect(outcome).toBe('aborted');
    expect(await filesLeft()).toEqual([]);
  });

  it('gets a 408 when it stalls in a compressed body', async () => {
    const report = requestBytes(aReport().gzipped().build());
    const { answer } = await ingest.exchange([report[0], report[1].subarray(0, 50)]);
    expect(answer.status).toBe(408);
  });

  it('is served when it continues in time', async () => {
    const { answer, outcome } = await ingest.exchange([
      post([contentType, `Content-Length: ${smallBody.length}`], smallBody.subarray(0, 20)),
      { waitMs: 100 },
      smallBody.subarray(20, 40),
      { waitMs: 100 },
      smallBody.subarray(40),
    ]);
    expect(answer.status).toBe(200);
    expect(outcome).toBe('accepted');
  });

  it('gets a 408 when it sends single bytes until the upload timeout', async () => {
    const drops = Array.from(body.subarray(0, 200), (_byte, at) => body.subarray(at, at + 1));
    const { answer, outcome } = await ingest.exchange([
      head,
      ...drops.flatMap((drop) => [drop, { waitMs: 20 }]),
    ]);
    expect(answer.status).toBe(408);
    expect(outcome).toBe('aborted');
  });

  it('gets a 408 and is not counted as a report when it stalls in its headers', async () => {
    const before = await ingest.outcomes();
    const answer = await rawRequest(ingest.port, [head.slice(0, 50)]);
    expect(answer.statusLine).toBe('HTTP/1.1 408 Request Timeout');
    expect(await ingest.outcomes()).toEqual(before);
  });
});

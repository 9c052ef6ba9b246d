import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aReport, rawRequest, requestBytes, waitFor } from '#antenna/testing';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { chunked, contentType, field, post, postBody, smallBody } from '../../test/raw-post.js';

let ingest: IngestInTest;
beforeAll(async () => {
  ingest = await startIngestInTest({
    rules: `
apiVersion: antenna/v1
kind: ThrottleRuleset
rules:
  - { name: unwanted, match: get("Do") == "reject", result: reject }
  - { name: old, match: get("Do") == "stop" && version() != "", result: reject, stopSending: true }
  - { name: everything, match: "true", result: accept }
`,
  });
});
afterAll(async () => await ingest.close());

/** The bytes of the answer, with placeholders for the parts that vary. */
function letters(raw: Buffer): string {
  return raw
    .toString('latin1')
    .replace(/^Date: .*\r$/m, 'Date: now\r')
    .replace(/bp-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/, 'bp-ID');
}

const keepAlive = 'Connection: keep-alive\r\nKeep-Alive: timeout=72\r\n';

describe('the answer to a request', () => {
  it.each<[string, Buffer, string]>([
    [
      'accepted',
      postBody(smallBody),
      `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 48\r\nDate: now\r\n${keepAlive}\r\nCrashID=bp-ID\n`,
    ],
    [
      'rejected',
      postBody(Buffer.concat([field('Do', 'reject'), smallBody])),
      `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 23\r\nDate: now\r\n${keepAlive}\r\nDiscarded=rule_unwanted`,
    ],
    [
      'rejected by a rule that stops the reports of its version',
      postBody(Buffer.concat([field('Do', 'stop'), field('ver', '52.9.0'), smallBody])),
      `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 48\r\nDate: now\r\n${keepAlive}\r\nDiscarded=rule_old\nStopSendingReportsFor=52.9.0\n`,
    ],
    [
      'rejected by such a rule, with a hostile version',
      postBody(Buffer.concat([field('Do', 'stop'), field('ver', '1\nCrashID=bp-x'), smallBody])),
      `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 18\r\nDate: now\r\n${keepAlive}\r\nDiscarded=rule_old`,
    ],
    [
      'malformed',
      postBody('x'),
      `HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 45\r\nDate: now\r\n${keepAlive}\r\nDiscarded=malformed_invalid_payload_structure`,
    ],
    [
      'too large',
      post([contentType, 'Content-Length: 99999999']),
      `HTTP/1.1 413 Payload Too Large\r\nContent-Type: text/plain\r\nContent-Length: 29\r\nConnection: close\r\nDate: now\r\n\r\nDiscarded=malformed_too_large`,
    ],
    [
      'unauthorized',
      postBody(Buffer.concat([field('uuid', 'x'), smallBody])),
      `HTTP/1.1 401 Unauthorized\r\nContent-Type: text/plain\r\nContent-Length: 27\r\nDate: now\r\n${keepAlive}\r\nDiscarded=unauthorized_uuid`,
    ],
    [
      'not valid HTTP',
      post([contentType, 'Content-Length: -1']),
      `HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 45\r\nConnection: close\r\n\r\nDiscarded=malformed_invalid_payload_structure`,
    ],
    [
      'accepted over HTTP/1.0',
      post(
        [contentType, 'Transfer-Encoding: chunked'],
        chunked(smallBody),
        'POST /submit HTTP/1.0',
      ),
      `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 48\r\nDate: now\r\nConnection: close\r\n\r\nCrashID=bp-ID\n`,
    ],
  ])(
    'has exactly the documented bytes when the request is %s',
    async (_name, request, expected) => {
      const { answer } = await ingest.exchange([request]);
      expect(letters(answer.raw)).toBe(expected);
    },
  );
});

describe('a request that is not a submission', () => {
  it('is a submission if its path is /submit/', async () => {
    const { answer, outcome } = await ingest.exchange([
      post(
        [contentType, `Content-Length: ${smallBody.length}`],
        smallBody,
        'POST /submit/?x=y HTTP/1.1',
      ),
    ]);
    expect(answer.body).toMatch(/^CrashID=bp-/);
    expect(outcome).toBe('accepted');
  });

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])(
    'gets a 405 for %s /submit',
    async (method) => {
      const answer = await rawRequest(ingest.port, [
        post([], '', `${method} /submit?x=y HTTP/1.1`),
      ]);
      expect(answer.statusLine).toBe('HTTP/1.1 405 Method Not Allowed');
      expect(answer.headers).toContainEqual(['Allow', 'POST']);
      expect(answer.headers).toContainEqual(['Content-Type', 'text/plain']);
      expect(answer.body).toBe('submit crash reports by POST');
    },
  );

  it('gets a 405 without a body for HEAD /submit', async () => {
    const answer = await rawRequest(
      ingest.port,
      [post(['Connection: close'], '', 'HEAD /submit HTTP/1.1')],
      {
        halfClose: true,
      },
    );
    expect(answer.status).toBe(405);
    expect(answer.body).toBe('');
  });

  it.each(['POST', 'PUT', 'OPTIONS', 'PURGE', 'PROPFIND'])(
    'gets a 405 for %s /__lbheartbeat__, and learns where reports go',
    async (method) => {
      const answer = await rawRequest(ingest.port, [
        post(['Content-Length: 0'], '', `${method} /__lbheartbeat__ HTTP/1.1`),
      ]);
      expect(answer.statusLine).toBe('HTTP/1.1 405 Method Not Allowed');
      expect(answer.headers).toContainEqual(['Allow', 'GET, HEAD']);
      expect(answer.body).toBe('reports go to /submit');
    },
  );

  it.each([
    ['PUT /submit', 405],
    ['PURGE /submit/', 405],
    ['POST /health/ready', 405],
    ['POST /elsewhere', 404],
  ])('gets its answer while it sends a large body: %s, %d', async (target, status) => {
    const answer = await rawRequest(ingest.port, [
      post([contentType, 'Content-Length: 20000000'], '', `${target} HTTP/1.1`),
      ...Array.from({ length: 20 }, () => Buffer.alloc(1_000_000)),
    ]);
    expect(answer.status).toBe(status);
    expect(answer.closedBy).not.toBe('reset');
  });

  it.each(['/', '/submit//', '/Submit', '/deep/in/a/path?x=y'])(
    'gets a 404 with exactly the documented bytes for POST %s',
    async (path) => {
      const answer = await rawRequest(ingest.port, [
        post(['Content-Length: 0'], '', `POST ${path} HTTP/1.1`),
      ]);
      expect(letters(answer.raw)).toBe(
        `HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 21\r\nDate: now\r\n${keepAlive}\r\nreports go to /submit`,
      );
    },
  );

  it.each([
    '/',
    '/submit//',
    '/Submit',
    '/submit/x',
    '/submit%00',
    '/%zz',
    '//submit',
    '/v1/ruleset',
  ])('gets a 404 or a 400 for POST %s and is not counted as a report', async (path) => {
    const answer = await rawRequest(ingest.port, [
      post(
        [contentType, `Content-Length: ${smallBody.length}`],
        smallBody,
        `POST ${path} HTTP/1.1`,
      ),
    ]);
    expect([404, 400]).toContain(answer.status);
    expect(answer.body.length).toBeLessThan(40);
  });

  it('is not counted as an outcome', async () => {
    const before = await ingest.outcomes();
    for (const line of [
      'GET /submit HTTP/1.1',
      'POST /other HTTP/1.1',
      'GET /__lbheartbeat__ HTTP/1.1',
    ])
      await rawRequest(ingest.port, [post([], '', line)]);
    expect(await ingest.outcomes()).toEqual(before);
  });
});

describe('a kept-alive connection', () => {
  it('carries several reports in sequence', async () => {
    const [head, body] = requestBytes(aReport().build());
    const report = Buffer.concat([Buffer.from(head), body]);
    const client = await ingest.hold(report);
    await waitFor(() => client.received().split('CrashID=').length === 2);
    const { outcome } = await ingest.withOutcome(() => client.send(report));
    await waitFor(() => client.received().split('CrashID=').length === 3);
    client.leave();
    expect(outcome).toBe('accepted');
    expect(client.received().match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
    expect(new Set(client.received().match(/CrashID=bp-\S+/g)).size).toBe(2);
  });

  it('carries the next report after a refused one', async () => {
    const client = await ingest.hold(postBody('broken'));
    await waitFor(() => client.received().includes('Discarded=malformed'));
    const { outcome } = await ingest.withOutcome(() => client.send(postBody(smallBody)));
    await waitFor(() => client.received().includes('CrashID='));
    client.leave();
    expect(outcome).toBe('accepted');
  });

  it('carries reports that are pipelined before the first answer', async () => {
    const both = Buffer.concat([postBody(smallBody), postBody('broken')]);
    const { result: client, outcome } = await ingest.withOutcome(
      async () => await ingest.hold(both),
    );
    await waitFor(() => client.received().includes('Discarded='));
    client.leave();
    expect(outcome).toContain('malformed invalid_payload_structure');
    expect(client.received()).toMatch(/CrashID=[^]*Discarded=malformed_invalid_payload_structure$/);
  });
});

import { type ScriptedServer, startScriptedServer } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OpenSearchCrashIndex } from './open-search-crash-index.js';

describe('requests to OpenSearch', () => {
  let server: ScriptedServer;
  let index: OpenSearchCrashIndex;

  beforeEach(async () => {
    server = await startScriptedServer();
  });

  afterEach(async () => {
    await index.close();
    await server.stop();
  });

  function open(options: object = {}): void {
    index = new OpenSearchCrashIndex({ url: server.url, prefix: 'crashes', ...options });
  }

  function script(status: number, body: object): void {
    server.script((response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  }

  const found = { timed_out: false, _shards: { failed: 0 }, hits: { hits: [] } };

  it('have user and password', async () => {
    script(200, found);
    open({ user: 'antenna', password: 'ä secret' });
    await index.check();
    const expected = `Basic ${Buffer.from('antenna:ä secret').toString('base64')}`;
    expect(server.requests[0]?.headers['authorization']).toBe(expected);
  });

  it('are signed for a region of AWS', async () => {
    const before = { ...process.env };
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' });
    try {
      script(200, found);
      open({ awsRegion: 'eu-central-1' });
      await index.check();
    } finally {
      process.env = before;
    }
    expect(server.requests[0]?.headers['authorization']).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/es\/aws4_request, .*Signature=[0-9a-f]{64}$/,
    );
  });

  const quoted = { reason: 'secret of a document', caused_by: { type: 'number_format' } };

  it.each<[number, string, string, RegExp]>([
    [401, 'security_exception', 'unavailable', /no access; check CRASH_INDEX_USER/],
    [403, 'security_exception', 'unavailable', /no access; check .* the role$/],
    [403, 'cluster_block_exception', 'unavailable', /takes no writes; free space/],
    [400, 'parsing_exception', 'refused', /make the query simpler/],
    [503, 'too_many_buckets_exception', 'refused', /ask for fewer groups/],
    [413, 'none', 'refused', /the request is too large/],
    [429, 'rejected_execution_exception', 'unavailable', /look into its log/],
    [500, 'script bug"secret', 'unavailable', /status 500 number_format; look into its log/],
  ])('fail with status %d and %s as %s', async (status, type, code, message) => {
    script(status, { error: { type, ...quoted }, status });
    open({ user: 'antenna', password: 'the secret of a user' });
    const failure = await index.check().catch((error: unknown) => error);
    expect(failure).toMatchObject({
      name: 'CrashIndexError',
      code,
      message: expect.stringMatching(message),
    });
    const { host } = new URL(server.url);
    expect((failure as Error).message).toContain(`crash index ${host}: status ${status}`);
    expect(`${(failure as Error).stack} ${JSON.stringify(failure)}`).not.toContain('secret');
    expect((failure as Error).cause).toBeUndefined();
  });

  it('fail if the answer came only in part', async () => {
    script(200, { ...found, timed_out: true });
    open();
    await expect(index.check()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('the query took too long; ask for less time'),
    });
  });

  it.each([200, 404])('fail if another server answers %d', async (status) => {
    server.script((response) => response.writeHead(status).end('<html>a login page'));
    open();
    await expect(index.check()).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/: this is not OpenSearch; check CRASH_INDEX$/),
    });
  });
});

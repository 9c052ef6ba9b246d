import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';

import { waitFor } from '#antenna/testing';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { contentType, post, postBody, smallBody } from '../../test/raw-post.js';

let ingest: IngestInTest;
afterEach(async () => await ingest.close());

const report = postBody(smallBody);

describe('a shutdown of ingest', () => {
  it('waits for an upload in flight, ships it, and closes silent connections meanwhile', async () => {
    ingest = await startIngestInTest();
    const upload = await ingest.hold(report.subarray(0, -20));
    await ingest.inFlight(1);
    const silent = await ingest.connection(Buffer.from('POST /sub'));
    const closed = ingest.service.close();
    await waitFor(() => silent.closed());
    upload.send(report.subarray(-20));
    await closed;

    expect(upload.received()).toContain('CrashID=bp-');
    expect(await readdir(join(ingest.spool, 'envelopes'))).toEqual([]);
    expect((await ingest.intake.depth()).visible).toBe(1);
  });

  it('cuts off an upload that leaves no time to drain the spool, with a 503', async () => {
    ingest = await startIngestInTest({ env: { SHUTDOWN_GRACE: '4s', DRAIN_TIMEOUT: '0s' } });
    const upload = await ingest.hold(report.subarray(0, -20));
    await ingest.inFlight(1);
    await ingest.service.close();

    expect(upload.received()).toMatch(/^HTTP\/1\.1 503 [^]*Retry-After: 30\r\n/);
    expect(ingest.logger.lines).toContainEqual({
      level: 'info',
      message: 'report unavailable',
      fields: expect.objectContaining({ detail: 'the service is shutting down' }),
    });
  });

  it('does not wait for a client that sends on after its refusal', async () => {
    ingest = await startIngestInTest({ env: { LINGER_IDLE: '1m', LINGER_TIMEOUT: '5m' } });
    const refused = await ingest.hold(post([contentType, 'Content-Length: 99999999']));
    await waitFor(() => refused.received().includes('too_large'));

    await expect(ingest.service.close()).resolves.toBeUndefined();
  });
});

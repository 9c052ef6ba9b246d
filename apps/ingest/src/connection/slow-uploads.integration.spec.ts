import { afterEach, describe, expect, it } from '@jest/globals';

import type { HeldUpload } from '../../test/held-upload.js';
import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { contentType, post, postBody, smallBody } from '../../test/raw-post.js';

let ingest: IngestInTest;
afterEach(async () => await ingest.close());

const slow = post([contentType, 'Content-Length: 1000000'], '--xYz\r\n');

async function hold(count: number): Promise<HeldUpload[]> {
  const held: HeldUpload[] = [];
  while (held.length < count) held.push(await ingest.hold(slow));
  await ingest.inFlight(count);
  return held;
}

describe('an upload below MIN_UPLOAD_RATE', () => {
  it('gets a 408 once UPLOAD_GRACE is over, although it never pauses for IDLE_TIMEOUT', async () => {
    ingest = await startIngestInTest({ env: { UPLOAD_GRACE: '300ms' } });
    const drop = [Buffer.from('-'), { waitMs: 50 }];
    const { answer, outcome } = await ingest.exchange([
      slow,
      ...Array.from({ length: 100 }, () => drop).flat(),
    ]);
    expect(answer.statusLine).toBe('HTTP/1.1 408 Request Timeout');
    expect(answer.body).toBe('the upload is too slow');
    expect(answer.headers).toContainEqual(['Connection', 'close']);
    expect(outcome).toBe('aborted');
    expect(ingest.logger.lines).toContainEqual({
      level: 'info',
      message: 'report aborted',
      fields: expect.objectContaining({ outcome: 'aborted', cause: 'too_slow' }),
    });
  });

  it('is not meant for a client that is faster', async () => {
    ingest = await startIngestInTest({ env: { UPLOAD_GRACE: '100ms', MIN_UPLOAD_RATE: '10B' } });
    const { outcome } = await ingest.exchange([
      post([contentType, `Content-Length: ${smallBody.length}`], smallBody.subarray(0, 20)),
      { waitMs: 300 },
      smallBody.subarray(20, 40),
      { waitMs: 300 },
      smallBody.subarray(40),
    ]);
    expect(outcome).toBe('accepted');
  });
});

describe('slow uploads that take all slots', () => {
  it('give way to other reports one by one, and the service stays ready', async () => {
    ingest = await startIngestInTest({ env: { MAX_UPLOADS: '4' } });
    const held = await hold(4);
    for (let n = 0; n < 5; n += 1)
      expect((await ingest.send([postBody(smallBody)])).body).toMatch(/^CrashID=bp-/);
    expect((await fetch(`${ingest.service.url}/health/ready`)).status).toBe(200);

    const answered = held.map((upload) => upload.received()).filter((answer) => answer !== '');
    expect(answered).toEqual([expect.stringContaining('the upload is too slow')]);
    for (const upload of held) upload.leave();
  });
});

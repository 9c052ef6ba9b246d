import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';

import { aReport, type CrashReport, waitFor } from '#antenna/testing';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { contentType, post, postBody, smallBody } from '../../test/raw-post.js';

let ingest: IngestInTest;
afterEach(async () => await ingest.close());

async function readiness(): Promise<number> {
  return (await fetch(`${ingest.service.url}/health/ready`)).status;
}

function withDump(bytes: number): CrashReport {
  return aReport().withDump('m', Buffer.alloc(bytes, 'd'));
}

async function outcomesOf(reports: readonly CrashReport[]): Promise<string[]> {
  const outcomes: string[] = [];
  for (const report of reports) outcomes.push((await ingest.submit(report)).outcome);
  return outcomes;
}

describe('a report that cannot be made durable now', () => {
  it('gets a 503 with Retry-After and exactly the documented bytes', async () => {
    ingest = await startIngestInTest({ env: { SPOOL_MIN_FREE: '100000GiB', RETRY_AFTER: '45s' } });
    const { answer, outcome } = await ingest.exchange([
      post([contentType, 'Content-Length: 1000']),
    ]);
    const letters = answer.raw.toString('latin1').replace(/^Date: .*\r$/m, 'Date: now\r');
    expect(letters).toBe(
      'HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 41\r\n' +
        'Retry-After: 45\r\nConnection: close\r\nDate: now\r\n\r\n' +
        'cannot store reports now, try again later',
    );
    expect(outcome).toBe('unavailable');
  });
});

describe('a disk with too little free space', () => {
  it('refuses reports by their headers and makes the service unready', async () => {
    ingest = await startIngestInTest({ env: { SPOOL_MIN_FREE: '100000GiB' } });
    const { answer, outcome } = await ingest.exchange([
      post([contentType, 'Content-Length: 1000', 'Expect: 100-continue']),
    ]);
    expect(answer.raw.toString('latin1')).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/);
    expect(outcome).toBe('unavailable');
    expect(await readiness()).toBe(503);
    expect((await fetch(`${ingest.service.url}/health/live`)).status).toBe(200);
  });
});

describe('a full spool', () => {
  it('refuses reports, makes the service unready, and recovers by shipping', async () => {
    ingest = await startIngestInTest({ env: { SPOOL_CAPACITY: '1MiB' } });
    ingest.staging.down = () => true;
    const reports = Array.from({ length: 5 }, () => withDump(320_000));
    expect(await outcomesOf(reports)).toEqual([
      'accepted',
      'accepted',
      'accepted',
      'unavailable',
      'unavailable',
    ]);
    expect(await readiness()).toBe(503);
    expect(await readdir(join(ingest.spool, 'tmp'))).toEqual([]);

    ingest.staging.down = () => false;
    await ingest.shipped();
    expect(await readiness()).toBe(200);
    expect((await ingest.submit(withDump(320_000))).outcome).toBe('accepted');
    await ingest.shipped();
    expect((await ingest.intake.depth()).visible).toBe(4);
  });

  it('refuses a report that is larger than its capacity and stays ready', async () => {
    ingest = await startIngestInTest({ env: { SPOOL_CAPACITY: '1MiB' } });
    expect((await ingest.submit(withDump(2_000_000))).outcome).toBe('unavailable');
    expect(await readiness()).toBe(200);
    expect((await ingest.submit(aReport())).outcome).toBe('accepted');
  });
});

describe('a spool that cannot be written to', () => {
  it.each(['tmp', 'envelopes'])(
    'refuses reports, leaves no file of them, and is not ready until it can (%s is a file)',
    async (folder) => {
      ingest = await startIngestInTest({ env: { SPOOL_CAPACITY: '1MiB' } });
      await rm(join(ingest.spool, folder), { recursive: true });
      await writeFile(join(ingest.spool, folder), 'in the way');
      const reports = Array.from({ length: 5 }, () => withDump(300_000));
      expect(new Set(await outcomesOf(reports))).toEqual(new Set(['unavailable']));
      await waitFor(async () => (await readiness()) === 503);
      await rm(join(ingest.spool, folder));
      await waitFor(async () => (await readiness()) === 200);
      expect(await readdir(join(ingest.spool, 'tmp'))).toEqual([]);

      const { answer, outcome } = await ingest.submit(withDump(300_000));
      expect(outcome).toBe('accepted');
      expect((await ingest.stored(answer)).dumps.get('m')).toHaveLength(300_000);
    },
  );
});

describe('uploads beyond MAX_UPLOADS', () => {
  it('are refused by their headers until another upload ends, and the service stays ready', async () => {
    ingest = await startIngestInTest({ env: { MAX_UPLOADS: '2', MIN_UPLOAD_RATE: '0B' } });
    const begin = postBody(smallBody).subarray(0, -20);
    const first = await ingest.hold(begin);
    const second = await ingest.hold(begin);
    await ingest.inFlight(2);

    const { answer, outcome } = await ingest.exchange([
      post([contentType, 'Content-Length: 1000', 'Expect: 100-continue']),
    ]);
    expect(answer.raw.toString('latin1')).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/);
    expect(answer.headers).toContainEqual(['Retry-After', '30']);
    expect(outcome).toBe('unavailable');
    // Another pod could do no better: clients that are slow here would be slow there.
    expect(await readiness()).toBe(200);

    first.send(smallBody.subarray(-20));
    expect(await first.answer()).toContain('CrashID=bp-');
    expect((await ingest.submit(aReport())).outcome).toBe('accepted');
    second.leave();
    await ingest.inFlight(0);
    await waitFor(async () => (await ingest.outcomes()).includes('aborted'));
  });
});

describe('an outage of the staging store or the intake queue', () => {
  it('does not refuse reports, and the accepted ones are shipped afterwards', async () => {
    ingest = await startIngestInTest();
    ingest.staging.down = () => true;
    ingest.intake.down = true;
    const { answer, outcome } = await ingest.submit(withDump(1000));
    expect(outcome).toBe('accepted');
    expect(await readiness()).toBe(200);

    ingest.staging.down = () => false;
    ingest.intake.down = false;
    expect((await ingest.stored(answer)).dumps.get('m')).toHaveLength(1000);
  });
});

import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { aReport, CrashReport } from '#antenna/testing';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { chunked, contentType, field, multipart, post, postBody } from '../../test/raw-post.js';

const KiB = 1024;
let ingest: IngestInTest;
beforeAll(async () => {
  ingest = await startIngestInTest({
    env: {
      MAX_PAYLOAD: '400KiB',
      MAX_INFLATED: '800KiB',
      MAX_ANNOTATION: '100KiB',
      MAX_ANNOTATIONS: '150KiB',
      MAX_RAW_CRASH: '300KiB',
      ANNOTATION_MEMORY: '1200KiB',
    },
  });
});
afterAll(async () => await ingest.close());

const tooLarge = {
  status: 413,
  body: 'Discarded=malformed_too_large',
  outcome: 'malformed too_large',
};

function withDump(bytes: number): CrashReport {
  return aReport().withDump('m', Buffer.alloc(bytes, 'd'));
}

function withExtra(bytes: number): CrashReport {
  return new CrashReport().withExtra({
    A: 'x'.repeat(bytes / 2),
    B: 'x'.repeat(bytes / 2),
  });
}

async function resultOf(report: CrashReport) {
  const { answer, outcome } = await ingest.submit(report);
  return { status: answer.status, body: answer.body, outcome };
}

describe('the limit on the request body', () => {
  it('accepts a body of exactly that size and refuses one more byte', async () => {
    const overhead = withDump(0).build().body.length;
    const largest = withDump(400 * KiB - overhead);
    expect(largest.build().body).toHaveLength(400 * KiB);
    expect((await resultOf(largest)).outcome).toBe('accepted');
    expect(await resultOf(withDump(400 * KiB - overhead + 1))).toEqual(tooLarge);
  });

  it('refuses by Content-Length before a byte of the body arrives', async () => {
    const { answer, outcome } = await ingest.exchange([
      post([contentType, `Content-Length: ${400 * KiB + 1}`]),
    ]);
    expect({ status: answer.status, body: answer.body, outcome }).toEqual(tooLarge);
    expect(answer.headers).toContainEqual(['Connection', 'close']);
  });

  it('refuses a chunked body before its end', async () => {
    const endless = Array.from({ length: 9 }, () => chunkOf(Buffer.alloc(50 * KiB, 'x')));
    const { answer, outcome } = await ingest.exchange([
      post([contentType, 'Transfer-Encoding: chunked']),
      ...endless,
    ]);
    expect({ status: answer.status, body: answer.body, outcome }).toEqual(tooLarge);
  });

  it('counts compressed bytes, not inflated ones', async () => {
    expect((await resultOf(withDump(700 * KiB).gzipped())).outcome).toBe('accepted');
  });
});

describe('the limit on the inflated body', () => {
  it.each(['gzip', 'deflate', 'br', 'zstd'] as const)('applies to %s', async (encoding) => {
    expect(await resultOf(withDump(900 * KiB).encoded(encoding))).toEqual(tooLarge);
  });

  it('applies to all members of a gzip body together', async () => {
    const body = withDump(900 * KiB)
      .withBoundary('xYz')
      .build().body;
    const members = [0, 300_000, 600_000].map((from) =>
      gzipSync(body.subarray(from, from + 300_000)),
    );
    const { outcome } = await ingest.exchange([
      postBody(Buffer.concat(members), 'Content-Encoding: gzip'),
    ]);
    expect(outcome).toBe('malformed too_large');
  });
});

describe('the limits on annotations', () => {
  it('drop a value above its limit with a note, and keep the report', async () => {
    const report = aReport()
      .withAnnotation('Fits', 'x'.repeat(100 * KiB))
      .withAnnotation('Large', 'x'.repeat(100 * KiB + 1));
    const { answer } = await ingest.submit(report);
    const { annotations, notes } = await ingest.stored(answer);
    expect(annotations).toHaveProperty('Fits');
    expect(annotations).not.toHaveProperty('Large');
    expect(notes).toEqual(['dropped annotation Large: 102401 bytes; the limit is 102400']);
  });

  it('drop a JSON annotation above its limit with a note, whether a string or not', async () => {
    const extra = {
      Fits: 'x'.repeat(10 * KiB),
      Large: '\u0101'.repeat(30 * KiB).concat('x'.repeat(50 * KiB)),
    };
    const { answer } = await ingest.submit(new CrashReport().withExtra(extra));
    const stored = await ingest.stored(answer);
    expect(Object.keys(stored.annotations)).toEqual(['Fits']);
    expect(stored.notes).toEqual(['dropped annotation Large: 112640 bytes; the limit is 102400']);

    const list = { Fits: 'y', List: Array.from({ length: 12 }, () => 'x'.repeat(10 * KiB)) };
    const second = await ingest.submit(new CrashReport().withExtra(list));
    const { annotations, notes } = await ingest.stored(second.answer);
    expect(annotations).toEqual({ Fits: 'y' });
    expect(notes).toEqual(['dropped annotation List: 122917 bytes; the limit is 102400']);
  });

  it('do not count dropped values in the sum', async () => {
    const report = aReport()
      .withAnnotation('Large', 'x'.repeat(300 * KiB))
      .withAnnotation('Fits', 'x'.repeat(90 * KiB));
    expect((await resultOf(report)).outcome).toBe('accepted');
  });

  it('apply to all values together', async () => {
    const report = aReport().withAnnotation('A', 'x'.repeat(80 * KiB));
    expect((await resultOf(report.withAnnotation('B', 'x'.repeat(60 * KiB)))).outcome).toBe(
      'accepted',
    );
    expect(await resultOf(report.withAnnotation('B', 'x'.repeat(80 * KiB)))).toEqual(tooLarge);
  });

  it('include values that are overwritten later', async () => {
    const report = aReport().withAnnotation('A', 'x'.repeat(80 * KiB));
    expect(await resultOf(report.withAnnotation('A', 'x'.repeat(80 * KiB)))).toEqual(tooLarge);
  });

  it('include names, which are kept in memory like values', async () => {
    const names = Array.from({ length: 20 }, (_, n) => field(`${n}${'n'.repeat(10 * KiB)}`, ''));
    const { outcome } = await ingest.exchange([postBody(multipart(...names))]);
    expect(outcome).toBe('malformed too_large');
  });

  it('apply to JSON', async () => {
    expect((await resultOf(withExtra(140 * KiB))).outcome).toBe('accepted');
    expect(await resultOf(withExtra(150 * KiB))).toEqual(tooLarge);
  });

  it('bound the notes of a report, too', async () => {
    const parts = Array.from({ length: 2000 }, () => field('A'.repeat(20), 'x'));
    const { answer } = await ingest.exchange([postBody(multipart(...parts))]);
    const { notes } = await ingest.stored(answer);
    expect(notes).toHaveLength(101);
    expect(notes.at(-1)).toBe('1899 more notes');
  });

  it('do not apply to dumps', async () => {
    expect((await resultOf(withDump(300 * KiB))).outcome).toBe('accepted');
  });
});

describe('the limit on the raw crash', () => {
  it('counts six bytes for a control character, and refuses the report before it is stored', async () => {
    const report = aReport().withAnnotation('A', `\u0101${'\x01'.repeat(30 * KiB)}`);
    expect((await resultOf(report)).outcome).toBe('accepted');
    expect(await resultOf(report.withAnnotation('B', '\x01'.repeat(30 * KiB)))).toEqual(tooLarge);
    await ingest.shipped();
  });
});

describe('the limit on the number of dumps', () => {
  it('accepts that many and refuses one more', async () => {
    const dumps = Array.from({ length: 32 }, (_, index) => `dump_${index}`);
    const report = dumps.reduce((with_, name) => with_.withDump(name, Buffer.from('x')), aReport());
    expect((await resultOf(report)).outcome).toBe('accepted');
    expect(await resultOf(report.withDump('one_more', Buffer.from('x')))).toEqual({
      status: 400,
      body: 'Discarded=malformed_too_many_dumps',
      outcome: 'malformed too_many_dumps',
    });
  });
});

describe('the annotation memory of the process', () => {
  it('refuses further reports when it is used up, and is freed afterwards', async () => {
    const body = multipart(field('A', 'x'.repeat(95 * KiB)));
    const [begin, end] = [postBody(body).subarray(0, -30), body.subarray(-30)];
    const held = await Promise.all(Array.from({ length: 11 }, () => ingest.hold(begin)));
    await ingest.inFlight(11);

    const report = aReport().withAnnotation('A', 'x'.repeat(90 * KiB));
    const { answer, outcome } = await ingest.submit(report);
    expect(answer.status).toBe(503);
    expect(outcome).toBe('unavailable');

    for (const upload of held) {
      upload.send(end);
      expect(await upload.answer()).toMatch(/^HTTP\/1\.1 200 OK/);
    }
    expect((await ingest.submit(report)).outcome).toBe('accepted');
  });
});

function chunkOf(bytes: Buffer): Buffer {
  return chunked(bytes, bytes.length).subarray(0, -'0\r\n\r\n'.length);
}

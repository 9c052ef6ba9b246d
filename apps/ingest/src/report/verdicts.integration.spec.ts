import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { crashIdVerdict } from '#antenna/crash-report';
import { aReport } from '#antenna/testing';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { crashIdIn } from '../../test/stored-report.js';

const rules = `
apiVersion: antenna/v1
kind: ThrottleRuleset
rules:
  - { name: keep, match: get("Do") == "accept", result: accept }
  - { name: set_aside, match: get("Do") == "defer", result: defer }
  - { name: unwanted, match: get("Do") == "reject", result: reject }
  - { name: pretend, match: get("Do") == "fakeaccept", result: fakeaccept }
`;

let ingest: IngestInTest;
beforeAll(async () => {
  ingest = await startIngestInTest({ rules, env: { SPOOL_MEMORY_PER_UPLOAD: '1MiB' } });
});
afterAll(async () => await ingest.close());

const reportFor = (verdict: string) =>
  aReport()
    .withAnnotation('Do', verdict)
    .withDump('upload_file_minidump', Buffer.alloc(200_000, verdict));

/** Changes when a file is created, removed or renamed in the spool. */
async function spoolTimes(): Promise<bigint[]> {
  const folders = ['', ...(await readdir(ingest.spool, { recursive: true }))];
  const stats = await Promise.all(
    folders.map(async (name) => await stat(join(ingest.spool, name), { bigint: true })),
  );
  return stats.flatMap(({ mtimeNs, ctimeNs, ino }) => [mtimeNs, ctimeNs, ino]);
}

describe('the verdict of the throttle rules', () => {
  it.each([
    ['accept', 'accepted', 'keep'],
    ['defer', 'deferred', 'set_aside'],
  ] as const)('%s stores the report and says so in its id', async (verdict, expected, rule) => {
    const { answer, outcome } = await ingest.submit(reportFor(verdict));
    expect(answer.status).toBe(200);
    expect(outcome).toBe(expected);
    const { crashId, header, metadata } = await ingest.stored(answer);
    expect(crashIdVerdict(crashId)).toBe(verdict);
    expect(crashId.at(-7)).toBe(verdict === 'defer' ? '1' : '0');
    expect(header.verdict).toBe(verdict);
    expect(metadata['throttle_rule']).toBe(rule);
    expect(ingest.logger.messages).toContain(
      `${crashId}: matched by ${rule}; returned ${verdict.toUpperCase()}`,
    );
  });

  it('is part of the announcement of a stored report', async () => {
    const { answer } = await ingest.submit(reportFor('defer'));
    const { crashId } = await ingest.stored(answer);
    const bodies: string[] = [];
    while (!bodies.some((body) => body.includes(crashId))) {
      const messages = await ingest.intake.receive({
        max: 10,
        waitMs: 5000,
        visibilityTimeoutMs: 60_000,
      });
      if (messages.length === 0) throw new Error('the report was not announced');
      bodies.push(...messages.map(({ body }) => body));
    }
    expect(JSON.parse(bodies.find((body) => body.includes(crashId)) ?? '')).toMatchObject({
      crash_id: crashId,
      throttle: 'defer',
    });
  });

  it('reject answers with the rule and writes nothing to disk', async () => {
    const stored = await ingest.stored((await ingest.submit(reportFor('accept'))).answer);
    await ingest.shipped();
    const before = await spoolTimes();
    const { answer, outcome } = await ingest.submit(reportFor('reject'));
    expect(answer.statusLine).toBe('HTTP/1.1 200 OK');
    expect(answer.body).toBe('Discarded=rule_unwanted');
    expect(outcome).toBe('rejected');
    expect(await spoolTimes()).toEqual(before);
    expect(stored.dumps.size).toBe(1);
  });

  it('is reject when no rule matches', async () => {
    const { answer, outcome } = await ingest.submit(reportFor('anything'));
    expect(answer.body).toBe('Discarded=rule_NO_MATCH');
    expect(outcome).toBe('rejected');
  });

  it('fakeaccept answers like accept and stores nothing', async () => {
    await ingest.shipped();
    const before = await spoolTimes();
    const depthBefore = (await ingest.intake.depth()).visible;
    const { answer, outcome } = await ingest.submit(reportFor('fakeaccept'));
    const accepted = await ingest.submit(reportFor('accept'));
    expect(outcome).toBe('fake_accepted');
    expect(crashIdVerdict(crashIdIn(answer))).toBe('accept');
    expect({ ...answer, raw: '', body: '' }).toEqual({
      ...accepted.answer,
      raw: '',
      body: '',
      headers: withDateOf(accepted.answer.headers, answer.headers),
    });
    await ingest.stored(accepted.answer);
    await ingest.shipped();
    expect((await ingest.intake.depth()).visible).toBe(depthBefore + 1);
    expect(before).toHaveLength((await spoolTimes()).length);
  });

  it('reject removes the file of a large report', async () => {
    const large = aReport().withDump('m', Buffer.alloc(3 << 20));
    const { outcome } = await ingest.submit(large.withAnnotation('Do', 'reject'));
    expect(outcome).toBe('rejected');
    expect(await readdir(join(ingest.spool, 'tmp'))).toEqual([]);
  });
});

/** The Date of two answers can differ by a second. */
function withDateOf(headers: [string, string][], other: [string, string][]): [string, string][] {
  const date = other.find(([name]) => name === 'Date')?.[1] ?? '';
  return headers.map(([name, value]) => [name, name === 'Date' ? date : value]);
}

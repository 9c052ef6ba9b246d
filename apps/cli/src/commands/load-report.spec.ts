import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCaptured } from '../../test/run-captured.js';

const ids = ['1', '2', '3'].map((digit) => `${digit}e1bb258-cbbf-4589-a673-34f800261120`);
const [first = '', second = '', third = ''] = ids;
const startMs = Date.parse('2026-11-20T10:00:00Z');

function line(second: number, fields: Record<string, unknown>, severity = 6): string {
  const line = { Type: 'antenna.x', Severity: severity, Fields: fields };
  return JSON.stringify(line).replace('{', `{"Timestamp":${startMs + second * 1000}000000,`);
}

const outcome = (second: number, outcome: string, fields: object = {}): string =>
  line(second, { message: 'a report', outcome, ...fields });
const step = (second: number, crashId: string, step: string): string =>
  line(second, { message: `${crashId} ${step}`, crash_id: crashId });

const ingest = [
  line(0, { message: 'ready' }),
  outcome(1, 'accepted', { crash_id: first, rule: 'is_nightly' }),
  outcome(2, 'deferred', { crash_id: second, rule: 'by_share' }),
  outcome(3, 'accepted', { crash_id: third, rule: 'is_nightly' }),
  outcome(4, 'rejected', { rule: 'unsupported' }),
  outcome(5, 'malformed', { reason: 'bad_gzip', detail: 'x' }),
  outcome(6, 'aborted', { cause: 'stalled' }),
  outcome(7, 'unavailable', { detail: 'the disk is full' }),
  line(8, { message: `${first}: disk slow` }, 4),
  'Warning: not a log line {',
  '',
];
const crashmover = [
  step(2, first, 'saved'),
  step(2, first, 'published'),
  step(6, second, 'saved'),
  line(20, { message: `${third} not saved: S3 is away`, crash_id: third }, 3),
];

const report = (...args: string[]) => runCaptured(['load', 'report', ...args]);

describe('antenna load report', () => {
  let directory: TemporaryDirectory;
  let ingestLog: string;
  let crashmoverLog: string;

  beforeAll(async () => {
    directory = await temporaryDirectory();
    ingestLog = join(directory.path, 'ingest.log');
    crashmoverLog = join(directory.path, 'crashmover.log.gz');
    await writeFile(ingestLog, ingest.join('\n'));
    await writeFile(crashmoverLog, gzipSync(crashmover.join('\n')));
  });

  afterAll(() => directory.remove());

  it('counts outcomes, stored and published crashes, and the time between', async () => {
    const { code, stdout } = await report(ingestLog, crashmoverLog, '--json');
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({
      lines: 14,
      notJson: 1,
      from: '2026-11-20T10:00:00.000Z',
      to: '2026-11-20T10:00:20.000Z',
      requests: 7,
      perSecond: 0.35,
      outcomes: {
        'accepted: is_nightly': 2,
        'deferred: by_share': 1,
        'rejected: unsupported': 1,
        'malformed: bad_gzip': 1,
        'aborted: stalled': 1,
        unavailable: 1,
      },
      stored: 2,
      published: 1,
      notStored: 1,
      notPublished: 1,
      examples: { notStored: [third], notPublished: [third] },
      troubles: { '<crash id>: disk slow': 1, '<crash id> not saved: S3 is away': 1 },
    });
    // One second for the first, four for the second.
    expect(Math.round(result.untilStored.p50 / 100)).toBe(10);
    expect(Math.round(result.untilStored.max / 100)).toBe(40);
  });

  it('gives the same report for the logs in the other order', async () => {
    const { stdout } = await report(ingestLog, crashmoverLog, '--json');
    expect((await report(crashmoverLog, ingestLog, '--json')).stdout).toBe(stdout);
  });

  it('prints a report and writes a page with plots', async () => {
    const page = join(directory.path, 'logs.html');
    const { stdout } = await report(ingestLog, crashmoverLog, '--html', page);
    expect(stdout).toContain('lines                     14, 1 not JSON\n');
    expect(stdout).toMatch(/time until stored +p50 1000 ms, .* max 400[0-4] ms\n/);
    expect(stdout).toMatch(/count +outcome\n +2 +accepted: is_nightly\n/);
    expect(stdout).toContain('    1  <crash id>: disk slow\n');
  });

  it('reads standard input, with what kubectl writes before a line', async () => {
    const stdin = Readable.from(ingest.map((text) => `[pod/ingest-0/ingest] ${text}\n`));
    const { stdout } = await runCaptured(['load', 'report', '-', '--json'], { stdin });
    expect(JSON.parse(stdout)).toMatchObject({ requests: 7, lines: 11 });
  });

  it.each([
    ['no-such.log', 'error: cannot read no-such.log: no such file\n'],
    [import.meta.dirname, /cannot read .*EISDIR/],
    [import.meta.filename, /no JSON log line in .*; services write them with LOG_FORMAT=json/],
  ])('names the log that it cannot read: %s', async (file, message) => {
    const { code, stderr } = await report(file);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('reports the rest when a compressed log is truncated, and fails', async () => {
    const file = join(directory.path, 'cut.log.gz');
    await writeFile(file, gzipSync(crashmover.join('\n')).subarray(0, -10));
    const { code, stdout, stderr } = await report(file, ingestLog);
    expect(code).toBe(1);
    expect(stdout).toMatch(/requests +7, /);
    expect(stdout).toContain(`Problems\n  cannot read ${file}: unexpected end of file\n`);
    expect(stderr).toBe(`error: cannot read ${file}: unexpected end of file\n`);
  });

  it('counts what no service wrote, however long, late or hostile, and reports the rest', async () => {
    const hostile = [
      '{"Timestamp":1e18,"Fields":null}',
      '{"Timestamp":1e30,"Fields":{"outcome":"accepted"}}',
      '{"Timestamp":-1e30,"Fields":{"outcome":"accepted"}}',
      'null',
      '{"Timestamp":1e18,"Fields":{"outcome":"__proto__\\n  9  accepted"}}',
      'x'.repeat(3_000_000),
      `{"Timestamp":1e18,"Fields":{"outcome":"${'long'.repeat(100_000)}"}}`,
      ...Array.from({ length: 300 }, (_, index) => outcome(index, `outcome ${index}`)),
    ];
    const stdin = Readable.from([[...hostile, ...ingest].join('\n')]);
    const { code, stdout } = await runCaptured(['load', 'report', '-'], { stdin });
    expect(code).toBe(0);
    expect(stdout).toMatch(/lines +317, 3 not JSON\n/);
    expect(stdout).toMatch(/requests +309, /);
    expect(stdout).toContain(String.raw`1  __proto__\u000a  9  accepted`);
    expect(stdout).toMatch(/ 1 {2}(long){50}\n/);
    expect(stdout).toMatch(/209 {2}other\n/);
  });
});

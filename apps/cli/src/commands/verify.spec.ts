import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dumpKey, dumpNamesKey, rawCrashKey } from '#antenna/crash-report';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CrashDirectory, crashIdOf } from '../../test/crash-directory.js';
import { OperatorData } from '../../test/operator-data.js';
import { type CapturedRun, runCaptured } from '../../test/run-captured.js';

const ids = [1, 2, 3, 4, 5, 6].map((number) => crashIdOf(number));
const checksum = createHash('sha256').update('MDMP').digest('hex');

describe('antenna verify', () => {
  let crashes: CrashDirectory;

  beforeEach(async () => {
    crashes = await CrashDirectory.create();
    const metadata = { dump_checksums: { upload_file_minidump: checksum } };
    for (const id of ids) await crashes.put(id, { ProductName: 'Firefox', metadata });
  });

  afterEach(() => crashes.dispose());

  function verify(...args: string[]): Promise<CapturedRun> {
    return runCaptured(['verify', '--stored', crashes.file('store'), ...args]);
  }

  it('reads the crashes of the days with their dumps', async () => {
    expect(await verify('--date', '20261120')).toEqual({
      code: 0,
      stdout: 'read 6 crashes, 6 dumps (24 bytes), no problems\n',
      stderr: '',
    });
    expect((await verify('--since', '20261101', '--product', 'Fenix')).stdout).toBe(
      'read 0 crashes, 0 dumps (0 bytes)\n',
    );
  });

  it('lists what is missing or damaged, and acknowledged ids that are not stored', async () => {
    const [, second = '', third = '', fourth = '', fifth = '', sixth = ''] = ids;
    await crashes.store.put(dumpKey(second, 'upload_file_minidump'), Buffer.from('MDMQ'));
    await crashes.store.delete(dumpKey(third, 'upload_file_minidump'));
    await crashes.store.delete(dumpNamesKey(fourth));
    await crashes.store.put(dumpNamesKey(fifth), Buffer.from('[]'));
    await crashes.store.put(rawCrashKey(sixth), Buffer.from('{'));
    await writeFile(crashes.file('ids'), `bp-${second}\n${crashIdOf(7)}\n`);
    const args = ['--date', '20261120', '--ids', crashes.file('ids')];
    const { code, stdout, stderr } = await verify(...args);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'error: 6 problems\n' });
    const [counts, ...problems] = stdout.trimEnd().split('\n');
    expect(counts).toBe('read 5 crashes, 3 dumps (8 bytes), looked for 2 ids');
    expect(problems.toSorted()).toEqual([
      `${second}  dump upload_file_minidump is damaged`,
      `${third}  dump upload_file_minidump is missing`,
      `${fourth}  the list of dump names is missing`,
      `${fifth}  dump upload_file_minidump has a checksum and is not listed`,
      `${sixth}  object ${rawCrashKey(sixth)} is damaged: not valid JSON at character 1`,
      `${crashIdOf(7)}  is not stored`,
    ]);
    expect(JSON.parse((await verify(...args, '--json')).stdout)).toMatchObject({
      isComplete: true,
      crashes: 5,
      problems: 6,
    });
  });

  it('wants days or ids', async () => {
    expect(await verify()).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: give --date, --since or --ids\n',
    });
  });
});

const line = (fields: object): string =>
  JSON.stringify({ Timestamp: 1, Severity: 6, Fields: fields });
const outcome = (crashId: string, outcome: string): string =>
  line({ message: 'a report', outcome, crash_id: crashId });
const published = (crashId: string): string =>
  `pod-1 ${line({ message: `${crashId} published`, crash_id: crashId })}`;

describe('antenna verify with logs', () => {
  let data: OperatorData;
  let directory: TemporaryDirectory;
  let stored: string[];

  beforeEach(async () => {
    directory = await temporaryDirectory();
    data = await OperatorData.create();
    stored = await data.storedCrashes(4, { day: '2026-11-20' });
  });

  afterEach(async () => {
    await data.dispose();
    await directory.remove();
  });

  async function log(name: string, lines: readonly string[]): Promise<string> {
    const file = join(directory.path, name);
    const text = Buffer.from(lines.join('\n'));
    await writeFile(file, name.endsWith('.gz') ? gzipSync(text) : text);
    return file;
  }

  /** Ingest acknowledged the stored crashes and one more; crashmover published the first only. The third is deferred. */
  async function logs(): Promise<string[]> {
    const [first = '', second = '', third = '', fourth = ''] = stored;
    const ingest = [
      outcome(first, 'accepted'),
      outcome(second, 'accepted'),
      outcome(third, 'deferred'),
      outcome(fourth, 'accepted'),
      outcome(crashIdOf(7), 'accepted'),
      outcome(crashIdOf(8), 'rejected'),
      'Warning: not a log line',
      '',
    ];
    return [
      await log('ingest.log', ingest),
      await log('crashmover.log.gz', [published(first), published(fourth)]),
    ];
  }

  const queued = async (): Promise<string[]> =>
    (await data.backend.processing.peek(10)).map(({ body }) => body);

  it('looks for what ingest acknowledged', async () => {
    const [ingest = ''] = await logs();
    expect(await data.run(['verify', '--ids', ingest])).toEqual({
      code: 1,
      stdout: `read 0 crashes, 0 dumps (0 bytes), looked for 5 ids\n${crashIdOf(7)}  is not stored\n`,
      stderr: 'error: 1 problem\n',
    });
  });

  it('publishes stored crashes without a line of their publication', async () => {
    const [, second = ''] = stored;
    const args = ['verify', '--ids', ...(await logs())];
    const problems = `${second}  was not published\n${crashIdOf(7)}  is not stored\n`;
    const looked = 'read 0 crashes, 0 dumps (0 bytes), looked for 5 ids\n';
    const dryRun = await data.run(args);
    expect({ ...dryRun, stdout: sorted(dryRun.stdout) }).toEqual({
      code: 1,
      stdout: sorted(looked + problems),
      stderr: 'error: 2 problems\n',
    });
    expect(await queued()).toEqual([]);
    const run = await data.run([...args, '--republish']);
    const sent = 'sent 1 of 1 crash id to queue processing\n';
    expect({ code: run.code, stdout: sorted(run.stdout) }).toEqual({
      code: 1,
      stdout: sorted(looked + sent + problems),
    });
    expect(run.stderr).toContain('error: 1 problem\n');
    expect(await queued()).toEqual([second]);
  });

  it('succeeds when all that was missing is published', async () => {
    const [first = '', second = ''] = stored;
    const file = await log('all.log', [
      outcome(first, 'accepted'),
      published(first),
      outcome(second, 'accepted'),
    ]);
    const { code, stdout } = await data.run(['verify', '--ids', file, '--republish', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ problems: 1, unpublished: 1, republished: 1 });
    expect(await queued()).toEqual([second]);
  });

  it('refuses to republish without lines of crashmover, or from another store', async () => {
    const [ingest = ''] = await logs();
    const args = ['verify', '--republish', '--ids', ingest];
    expect(await data.run(args)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        '--republish needs --processed, or logs of ingest and crashmover in --ids',
      ),
    });
    expect(await data.run([...args, '--stored', data.path])).toMatchObject({
      code: 1,
      stderr: 'error: --republish is for the store of the services; leave out --stored\n',
    });
    expect(await queued()).toEqual([]);
  });

  it('looks for the processed crash of each accepted one, and publishes those without', async () => {
    const [first = '', second = '', third = ''] = stored;
    const [deferred = ''] = await data.storedCrashes(1, { day: '2026-11-20', verdict: 'defer' });
    const { crashes } = data.backend;
    for (const id of stored) await crashes.put(dumpNamesKey(id), Buffer.from('[]'));
    await crashes.put(dumpNamesKey(deferred), Buffer.from('[]'));
    const args = ['verify', '--date', '20261120', '--processed', data.path];
    expect(await data.run([...args, '--republish'])).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: ${data.path} has no processed crashes: no v1/processed_crash/<crash id>\n`,
    });
    for (const id of [first, ...stored.slice(3)])
      await crashes.put(`v1/processed_crash/${id}`, Buffer.from('{}'));
    // Damaged: the processors could do nothing with it.
    await crashes.put(dumpNamesKey(third), Buffer.from('{'));
    const damaged = `${third}  object ${dumpNamesKey(third)} is damaged: not valid JSON at character 1`;
    const found = ['read 4 crashes, 0 dumps (0 bytes)', `${second}  was not processed`, damaged];
    const { code, stdout, stderr } = await data.run(args);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'error: 2 problems\n' });
    expect(sorted(stdout)).toEqual(sorted(`${found.join('\n')}\n`));
    expect(await queued()).toEqual([]);
    const list = await log('ids', stored);
    const again = await data.run([...args, '--ids', list, '--republish', '--json']);
    expect(again.code).toBe(1);
    expect(JSON.parse(again.stdout)).toMatchObject({
      ids: 4,
      problems: 3,
      unprocessed: 2,
      damaged: 1,
      republished: 1,
    });
    expect(await queued()).toEqual([second]);
  });

  it('names a file that is neither a list of ids nor a log', async () => {
    const file = await log('other', ['# ids', '', stored[0] ?? '', 'a: b']);
    expect(await data.run(['verify', '--ids', file])).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: ${file}:4: neither a crash id nor a log line: "a: b"\n`,
    });
  });
});

const sorted = (text: string): string[] => text.split('\n').toSorted();

import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { dumpKey, dumpNamesKey, rawCrashKey } from '#antenna/crash-report';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CrashDirectory, crashIdOf } from '../../test/crash-directory.js';
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
      stdout: 'read 6 crashes, 6 dumps (24 bytes)\n',
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

import { writeFile } from 'node:fs/promises';
import { dumpKey, dumpNamesKey, rawCrashKey } from '#antenna/crash-report';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CrashDirectory, crashIdOf } from '../../test/crash-directory.js';

const [first, second, later] = [crashIdOf(1), crashIdOf(2), crashIdOf(3, '21')];
const because = ['--reason', 'request 77'];
const keysOf = (id: string): string[] => [
  dumpKey(id, 'upload_file_minidump'),
  dumpNamesKey(id),
  rawCrashKey(id),
];

describe('antenna crashes erase', () => {
  let crashes: CrashDirectory;

  beforeEach(async () => {
    crashes = await CrashDirectory.create();
    await crashes.put(first, { ProductName: 'Firefox' });
    await crashes.put(second, { ProductName: 'Fenix' });
    await crashes.put(later, { ProductName: 'Firefox' });
  });

  afterEach(() => crashes.dispose());

  async function left(): Promise<string[]> {
    return (await crashes.keys()).toSorted();
  }

  it('deletes all of the crashes with these ids, and writes an audit line for each', async () => {
    await writeFile(crashes.file('ids'), `# both\nbp-${later}\n${crashIdOf(99)}\n`);
    const ids = ['--id', `bp-${first}`, '--ids', crashes.file('ids')];
    const run = ['erase', ...ids, ...because, '--versions', '--audit', crashes.file('audit')];
    expect(await crashes.run(...run)).toEqual({
      code: 0,
      stdout: 'erased 2 crashes of 3 examined\n',
      stderr: '',
    });
    expect(await left()).toEqual(keysOf(second).toSorted());
    expect(await crashes.audited('audit')).toEqual(expect.arrayContaining([first, later]));
  });

  it('deletes the crashes of a day that pass the filter', async () => {
    const state = ['--state', crashes.file('state'), '--audit', crashes.file('audit')];
    const run = ['erase', '--since', '20261120', '--product', 'Firefox', ...because];
    expect((await crashes.run(...run, '--dry-run')).stdout).toBe(
      'dry run: would have erased 2 crashes of 3 examined\n',
    );
    expect(await left()).toHaveLength(9);
    expect((await crashes.run(...run, ...state)).stdout).toBe('erased 2 crashes of 3 examined\n');
    expect(await left()).toEqual(keysOf(second).toSorted());
    expect(await crashes.audited('audit')).toEqual([first, later]);
  });

  it('completes the crash that a killed run had half erased', async () => {
    await crashes.store.delete(rawCrashKey(second));
    const store = crashes.file('store');
    const filter = { since: '20261120', until: '20261120', has: [] };
    const run = { action: 'erase', store, versions: false, ...filter };
    const killed = { antenna_crashes: 1, run, after: first, inFlight: [second], isComplete: false };
    await writeFile(crashes.file('state'), JSON.stringify(killed));
    const args = ['--date', '20261120', '--state', crashes.file('state'), ...because];
    expect((await crashes.run('erase', ...args)).stdout).toBe('erased 1 crash of 1 examined\n');
    expect(await left()).toEqual([...keysOf(first), ...keysOf(later)].toSorted());
  });

  it.each([
    [
      ['--date', '20261120', ...because],
      'error: --state is required to erase by day; or look first with --dry-run\n',
    ],
    [['--state', 'x', ...because], 'error: give --id or --ids, or --date or --since\n'],
    [[...because], 'error: give --id or --ids, or --date or --since\n'],
    [['--state', 'x', '--product', 'Fenix', ...because], 'error: give --date or --since\n'],
    [
      ['--id', first, '--date', '20261120', ...because],
      'error: give either crash ids or filters\n',
    ],
    [
      ['--id', 'x', ...because],
      "error: option '--id <crash id>' argument 'x' is invalid. Must be a crash id such as de1bb258-cbbf-4589-a673-34f800160918.\n",
    ],
    [['--id', first], "error: required option '--reason <text>' not specified\n"],
  ])('explains the mistake in %j', async (args, message) => {
    expect(await crashes.run('erase', ...args)).toEqual({ code: 1, stdout: '', stderr: message });
    expect(await left()).toHaveLength(9);
  });
});

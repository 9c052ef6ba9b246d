import { readFile, writeFile } from 'node:fs/promises';
import { rawCrashKey } from '#antenna/crash-report';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aProcessedCrash, putProcessedCrash } from '../../test/a-processed-crash.js';
import { CrashDirectory, crashIdOf } from '../../test/crash-directory.js';

const [first, second, later] = [crashIdOf(1), crashIdOf(2), crashIdOf(3, '21')];
const because = ['--reason', 'bug 1234'];
const processedKey = (crashId: string): string => `v1/processed_crash/${crashId}`;

describe('antenna crashes remove-annotation', () => {
  let crashes: CrashDirectory;

  beforeEach(async () => {
    crashes = await CrashDirectory.create();
    const environment = '{"profile":{"creationDate":2e4},"build":{"id":1.0}}';
    const metadata = { collector_notes: ['a note'], throttle_rule: 'is_nightly' };
    await crashes.put(first, { ProductName: 'Firefox', URL: 'https://x/', metadata });
    await crashes.put(second, { ProductName: 'Fenix', TelemetryEnvironment: environment });
    await crashes.put(later, { ProductName: 'Firefox', URL: 'https://y/' });
  });

  afterEach(() => crashes.dispose());

  it('removes it from the crashes of the days that have it, with a note and an audit line', async () => {
    const audit = crashes.file('audit');
    const run = ['remove-annotation', 'URL', '--since', '20261101', ...because, '--audit', audit];
    expect(await crashes.run(...run)).toEqual({
      code: 0,
      stdout: 'removed annotations from 2 crashes of 3 examined\n',
      stderr: '',
    });
    expect(await crashes.rawCrash(first)).toEqual({
      ProductName: 'Firefox',
      metadata: {
        collector_notes: ['a note', 'Removed URL from stored crash.'],
        throttle_rule: 'is_nightly',
      },
    });
    expect(await crashes.rawCrash(later)).not.toHaveProperty('URL');
    const lines = (await readFile(audit, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      expect.arrayContaining(
        [first, later].map((crashId) => ({
          time: '2026-11-20T10:00:00.000Z',
          action: 'remove-annotation',
          crashId,
          annotations: ['URL'],
          versions: false,
          reason: 'bug 1234',
          store: expect.stringContaining('store'),
          user: expect.any(String),
          host: expect.any(String),
        })),
      ),
    );
    expect((await crashes.run(...run)).stdout).toBe(
      'removed annotations from 0 crashes of 3 examined\n',
    );
    expect(await crashes.audited('audit')).toHaveLength(2);
  });

  it('removes a value inside an annotation, and writes the audit to stderr by default', async () => {
    const path = 'TelemetryEnvironment#/profile/creationDate';
    const run = ['remove-annotation', path, '--date', '20261120', '--product', 'Fenix', ...because];
    const { code, stdout, stderr } = await crashes.run(...run, '--versions', '--json');
    expect({ code, stdout: JSON.parse(stdout) as unknown }).toEqual({
      code: 0,
      stdout: {
        dryRun: false,
        examined: 2,
        changed: 1,
        notChanged: 0,
        isComplete: true,
        problems: [],
      },
    });
    expect(JSON.parse(stderr)).toMatchObject({
      crashId: second,
      annotations: [path],
      versions: true,
    });
    const stored = (await crashes.store.get(rawCrashKey(second))).toString();
    expect(stored).toContain(String.raw`"{\"profile\":{},\"build\":{\"id\":1.0}}"`);
  });

  it('says so when a name looks like a pointer without its slash', async () => {
    const run = ['remove-annotation', 'TelemetryEnvironment#build', '--since', '20261101'];
    expect(await crashes.run(...run, ...because)).toEqual({
      code: 0,
      stdout: 'removed annotations from 0 crashes of 3 examined\n',
      stderr:
        'note: TelemetryEnvironment#build is taken as the name of an annotation; a value inside one is NAME#/json/pointer\n',
    });
  });

  it('changes nothing in a dry run', async () => {
    const before = await crashes.store.get(rawCrashKey(first));
    const files = ['--state', crashes.file('state'), '--audit', crashes.file('audit')];
    const run = [
      'remove-annotation',
      'URL',
      '--date',
      '20261120',
      '--dry-run',
      ...because,
      ...files,
    ];
    expect(await crashes.run(...run)).toEqual({
      code: 0,
      stdout: 'dry run: would have removed annotations from 1 crash of 2 examined\n',
      stderr: '',
    });
    expect(await crashes.store.get(rawCrashKey(first))).toEqual(before);
    await expect(readFile(crashes.file('state'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(readFile(crashes.file('audit'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('reports what it cannot search or read, changes the rest, and exits with 1', async () => {
    await crashes.put(first, { TelemetryEnvironment: '{"profile":{"creationDate":1' });
    await crashes.store.put(rawCrashKey(crashIdOf(0)), Buffer.from('{"a":'));
    const path = 'TelemetryEnvironment#/profile/creationDate';
    const run = await crashes.run(
      'remove-annotation',
      path,
      '--date',
      '20261120',
      ...because,
      '--audit',
      crashes.file('audit'),
    );
    expect(run).toEqual({
      code: 1,
      stdout: 'removed annotations from 1 crash of 3 examined\n',
      stderr:
        `${crashIdOf(0)}: not valid JSON\n` +
        `${first}: not JSON, so not searched: ${path}\n` +
        'error: 2 crashes were not changed\n',
    });
    expect(await crashes.audited('audit')).toEqual([second]);
  });

  it('continues where the state file says, and refuses that of another run', async () => {
    const state = crashes.file('state');
    const remove = (...args: string[]) =>
      crashes.run(
        'remove-annotation',
        ...args,
        ...because,
        '--state',
        state,
        '--audit',
        crashes.file('audit'),
      );
    expect((await remove('URL', '--since', '20261101')).code).toBe(0);
    const complete = JSON.parse(await readFile(state, 'utf8')) as object;
    expect(complete).toMatchObject({ after: later, inFlight: [], isComplete: true });
    expect(await remove('URL', '--since', '20261101')).toEqual({
      code: 0,
      stdout: 'removed annotations from 0 crashes of 0 examined\n',
      stderr: `this run is complete; remove ${state} to run it again\n`,
    });
    await writeFile(state, JSON.stringify({ ...complete, notChanged: 2 }));
    expect(await remove('URL', '--since', '20261101')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('error: 2 crashes were not changed\n'),
    });
    const other = await remove('Email', '--since', '20261101');
    expect(other.stderr).toContain(`error: ${state} is the state of another run: {"action":`);

    await crashes.put(first, { URL: 'behind the position' });
    await crashes.put(later, { URL: 'not done' });
    const killed = { ...complete, after: first, inFlight: [second], isComplete: false };
    await writeFile(state, JSON.stringify(killed));
    expect((await remove('URL', '--since', '20261101')).stdout).toBe(
      'removed annotations from 1 crash of 2 examined\n',
    );
    expect(await crashes.rawCrash(first)).toHaveProperty('URL');
    await writeFile(state, 'something else');
    expect((await remove('URL', '--since', '20261101')).stderr).toBe(
      `error: ${state} is not a state file of antenna\n`,
    );
  });

  it('removes the annotation from the crashes with these ids', async () => {
    await crashes.put(second, { URL: 'https://z/' });
    await writeFile(crashes.file('ids'), `bp-${later}\n${crashIdOf(99)}\n`);
    const ids = ['--id', first, '--ids', crashes.file('ids'), '--audit', crashes.file('audit')];
    expect(await crashes.run('remove-annotation', 'URL', ...ids, ...because)).toMatchObject({
      code: 0,
      stdout: 'removed annotations from 2 crashes of 3 examined\n',
    });
    expect(await crashes.audited('audit')).toEqual([first, later]);
    expect(await crashes.rawCrash(second)).toHaveProperty('URL');
  });

  it('deletes a processed crash that it cannot read', async () => {
    await crashes.store.put(processedKey(first), Buffer.from('{"processed_crash_version":1}'));
    await crashes.run('remove-annotation', 'URL', '--since', '20261101', ...because);
    expect(await crashes.store.size(processedKey(first))).toBeUndefined();
  });

  it('deletes the processed crashes that have it, or may have it in their signature', async () => {
    const putProcessed = async (
      crashId: string,
      annotations: Record<string, string>,
    ): Promise<void> =>
      await putProcessedCrash(crashes.store, aProcessedCrash(crashId, { annotations }));
    await crashes.put(second, { JavaStackTrace: 'x', URL: 'https://z/' });
    await putProcessed(first, { URL: 'https://x/' });
    for (const crashId of [second, later]) await putProcessed(crashId, { ProductName: 'Firefox' });
    const run = async (annotation: string) =>
      await crashes.run('remove-annotation', annotation, '--since', '20261101', ...because);

    const { stderr } = await run('URL');
    expect(stderr.split('\n').filter((line) => line.includes('processed'))).toEqual([
      `${first}: processed crash deleted; antenna republish makes a new one`,
    ]);
    expect(await crashes.store.size(processedKey(first))).toBeUndefined();
    expect(await crashes.store.size(processedKey(second))).toBeGreaterThan(0);
    await run('JavaStackTrace');
    expect(await crashes.store.size(processedKey(second))).toBeUndefined();
    expect(await crashes.store.size(processedKey(later))).toBeGreaterThan(0);
  });

  it.each([
    [['URL', '--date', '20261120'], "error: required option '--reason <text>' not specified\n"],
    [['URL', ...because], 'error: give --id or --ids, or --date or --since\n'],
    [
      ['uuid', '--date', '20261120', ...because],
      'error: uuid is a field of the collector, not an annotation\n',
    ],
    [
      ['URL', '--date', '20261120', ...because, '--audit', '/no/such/folder/x'],
      'error: cannot open the audit file /no/such/folder/x: ENOENT\n',
    ],
    [
      ['URL', '--date', '20261120', ...because, '--state', '/no/such/folder/x'],
      'error: cannot use the state file /no/such/folder/x: ENOENT\n',
    ],
  ])('explains the mistake in %j', async (args, message) => {
    const { code, stderr } = await crashes.run('remove-annotation', ...args);
    expect({ code, stderr }).toEqual({ code: 1, stderr: message });
    expect(await crashes.rawCrash(first)).toHaveProperty('URL');
  });
});
